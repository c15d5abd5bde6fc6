import { startServer } from '@savepoint/server/node'

const [directory = '', port = '0'] = process.argv.slice(2)

const server = await startServer({
  // As it is compiled.
  app: new URL('./ledger-app.js', import.meta.url),
  directory,
  port: Number(port),
  hostname: '127.0.0.1',
  // The disk is filled on purpose, and not by others who use this machine.
  limits: { diskFreeBytes: 0 },
  onEvent(event) {
    if ('error' in event) console.error(event.event, event.error)
  },
})
process.on('disconnect', () => void server.close().finally(() => process.exit()))
process.send?.({ port: server.port })
