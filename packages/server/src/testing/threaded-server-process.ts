import { startServer } from '../node.ts'

const [directory = '', mutatorMsMax = ''] = process.argv.slice(2)
const server = await startServer({
  app: new URL('./shop-app.ts', import.meta.url),
  threads: 1,
  directory,
  port: 0,
  mutatorMsMax: Number(mutatorMsMax),
  onEvent: (event) => process.send?.(event),
})
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', () => void server.close().then(() => process.send?.({ event: 'closed' })))
process.send?.({ event: 'listening', port: server.port })
