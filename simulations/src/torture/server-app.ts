import { existsSync } from 'node:fs'
import { defineApp } from '@savepoint/server'
import { mutators, schema } from './ledger-app.ts'

/** While there is such a file, mutators die when they have written. */
const midMutator = process.env.DIE_MID_MUTATOR ?? ''

const { mark } = mutators.definitions

/** The ledger, as the threads of a server that is to be killed run it. */
export const app = defineApp({
  schema,
  mutators,
  serverMutators: {
    mark(tx, args) {
      const result = mark(tx, args)
      if (existsSync(midMutator)) process.kill(process.pid, 'SIGKILL')
      return result
    },
  },
})
