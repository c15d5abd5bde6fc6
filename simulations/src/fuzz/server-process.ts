import { startServer } from '@savepoint/server/node'
import { HONEST_ROOM, OPEN_ROOMS } from './fuzz-app.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
const owner = process.env.OWNER_TOKEN ?? ''

const server = await startServer({
  // As it is compiled.
  app: new URL('./fuzz-app.js', import.meta.url),
  directory,
  port: Number(port),
  hostname: '127.0.0.1',
  limits: { diskFreeBytes: 0 },
  authorize(request, { room, action }) {
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '')
    if (token === owner) return { identity: 'owner' }
    if (token === `honest ${owner}` && room === HONEST_ROOM) return { identity: 'honest' }
    // Guests have no identity, so that each line has the rate of one.
    if (!OPEN_ROOMS.some((open) => open === room)) return null
    if (token === 'guest' && (action === 'read' || action === 'push')) return { guest: true }
    return token === 'reader' && action === 'read' ? { guest: true } : null
  },
  onEvent(event) {
    if ('error' in event) console.error(event.event, event.error)
  },
})
process.on('disconnect', () => void server.close().finally(() => process.exit()))
process.send?.({ port: server.port })
