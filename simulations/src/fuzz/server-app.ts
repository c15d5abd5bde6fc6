import { defineApp } from '@savepoint/server'
import { mutators, schema } from './fuzz-app.ts'

/** As the threads of the server run it. What is kept of a room must not be what grows. */
export const app = defineApp({ schema, mutators, retention: { versions: 1000 } })
