import { startReplicaWorker } from '@savepoint/client/worker'
import { rowsMutators, rowsSchema } from '../src/apps/rows.ts'

startReplicaWorker({ schema: rowsSchema, mutators: rowsMutators })
