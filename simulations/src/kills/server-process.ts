import { startServer } from '@savepoint/server/node'
import { app } from './ledger-app.ts'

const [directory = '', port = '0'] = process.argv.slice(2)
const server = await startServer({ ...app, directory, port: Number(port), hostname: '127.0.0.1' })
process.on('disconnect', () => process.exit())
process.send?.({ port: server.port })
