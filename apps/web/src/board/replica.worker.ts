import { startReplicaWorker } from '@savepoint/client/worker'
import { mutators, schema } from '@savepoint-demo/mutators'

startReplicaWorker({ schema, mutators })
