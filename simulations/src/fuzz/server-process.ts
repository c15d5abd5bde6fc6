import { startServer } from '@savepoint/server/node'
import { HONEST_ROOM, mutators, OPEN_ROOMS, schema } from './fuzz-app.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
const owner = process.env.OWNER_TOKEN ?? ''

const server = await startServer({
  schema,
  mutators,
  directory,
  port: Number(port),
  hostname: '127.0.0.1',
  // What is kept of a room must not be what grows.
  retention: { versions: 1000 },
  authorize(request, { room, action }) {
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '')
    if (token === owner) return { identity: 'owner' }
    if (token === `honest ${owner}` && room === HONEST_ROOM) return { identity: 'honest' }
    if (!OPEN_ROOMS.some((open) => open === room)) return null
    if (token === 'guest' && (action === 'read' || action === 'push')) return { identity: 'guest' }
    return token === 'reader' && action === 'read' ? { identity: 'reader' } : null
  },
  onEvent(event) {
    if ('error' in event) console.error(event.event, event.error)
  },
})
process.on('disconnect', () => void server.close().finally(() => process.exit()))
process.send?.({ port: server.port })
