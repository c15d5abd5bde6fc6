import { defineApp } from '@savepoint/server'
import { mutators, schema } from '@savepoint-demo/mutators'

export const app = defineApp({ schema, mutators })
