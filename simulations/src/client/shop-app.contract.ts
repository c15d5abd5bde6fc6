import { defineApp } from '@savepoint/server'
import { mutators, schema } from './shop.contract.ts'

/** The shop, as a server's module exports it. */
export const app = defineApp({ schema, mutators })
