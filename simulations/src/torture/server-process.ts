import { existsSync } from 'node:fs'
import { startServer } from '@savepoint/server/node'
import { mutators, schema } from './ledger-app.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
/** While there is such a file, mutators die between their writes. */
const midMutator = process.env.DIE_MID_MUTATOR ?? ''

const { mark } = mutators.definitions
const server = await startServer({
  schema,
  mutators,
  serverMutators: {
    mark(tx, args) {
      const result = mark(tx, args)
      if (existsSync(midMutator)) process.kill(process.pid, 'SIGKILL')
      return result
    },
  },
  directory,
  port: Number(port),
  hostname: '127.0.0.1',
  onEvent(event) {
    if ('error' in event) console.error(event.event, event.error)
  },
})
process.on('disconnect', () => void server.close().finally(() => process.exit()))
process.send?.({ port: server.port })
