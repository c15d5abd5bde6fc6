import { serveFromWorker } from '@savepoint/server/service-worker'
import { mutators, schema } from '@savepoint-demo/mutators'
import './offline.js'

/** All that was built, relative to this script: the build puts it here. */
declare const FILES: readonly string[]

/** The pages' own copy of SQLite. */
const wasm = FILES.find((file) => file.endsWith('.wasm'))

// Nothing of it is opened until a page asks for something under its path.
serveFromWorker({ schema, mutators, ...(wasm !== undefined && { wasm: new URL(wasm, location.href).href }) })
