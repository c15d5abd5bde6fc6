import { startServer } from '@savepoint/server/node'
import { mutators, schema } from '../pages/tab-app.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
const server = await startServer({ schema, mutators, origins: '*', directory, port: Number(port) })
process.on('disconnect', () => process.exit())
process.send?.({ port: server.port })
