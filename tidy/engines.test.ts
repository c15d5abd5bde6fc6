import { expect, test } from 'vitest'
import { strayEngines } from './engines.ts'

const USE = {
  better: "import Database from 'better-sqlite3'",
  wa: "import type { SQLiteAPI } from '@journeyapps/wa-sqlite/src/types/index.js'",
  ws: "import { WebSocket } from 'ws'",
}

test('each engine may be imported in its own file, sockets in tests, and anything outside of packages', () => {
  const repo = new Map([
    ['packages/sqlite/src/better-sqlite3.ts', USE.better],
    ['packages/sqlite/src/wa-sqlite.ts', USE.wa],
    ['packages/server/src/node.ts', USE.ws],
    ['packages/client/src/connection.test.ts', USE.ws],
    ['bench/src/bare.ts', USE.better],
  ])
  expect(strayEngines(repo)).toEqual([])
})

test('nowhere else, not even a type of it', () => {
  const repo = new Map([
    ['packages/sqlite/src/capture.ts', `${USE.better}\n${USE.wa}`],
    ['packages/sqlite/src/capture.test.ts', USE.better],
    ['packages/client/src/connection.ts', USE.ws],
  ])
  expect(strayEngines(repo)).toEqual([
    "packages/sqlite/src/capture.ts:1: only packages/sqlite/src/better-sqlite3.ts may import 'better-sqlite3'",
    "packages/sqlite/src/capture.ts:2: only packages/sqlite/src/wa-sqlite.ts and packages/client/src/load-wa-sqlite.ts and packages/client/src/browser/load-wa-sqlite.ts and packages/server/src/service-worker/load-wa-sqlite.ts may import '@journeyapps/wa-sqlite/src/types/index.js'",
    "packages/sqlite/src/capture.test.ts:1: only packages/sqlite/src/better-sqlite3.ts may import 'better-sqlite3'",
    "packages/client/src/connection.ts:1: only packages/server/src/node.ts and packages/server/src/node/accept-sockets.ts and packages/server/src/node/open-server.ts and packages/client/src/node.ts may import 'ws'",
  ])
})
