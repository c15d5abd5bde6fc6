import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '@savepoint/server/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { expect, onTestFinished, test } from 'vitest'
import { threeClients } from './three-clients.ts'
import { printTo } from './timeline.ts'

async function serve(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-three-clients-'))
  const server = await startServer({ schema, mutators, directory, port: 0, hostname: '127.0.0.1' })
  onTestFinished(async () => {
    await server.close()
    rmSync(directory, { recursive: true })
  })
  return `http://127.0.0.1:${server.port}`
}

test('[G3] three clients on lines of different latency end with one row, and show how', async () => {
  const url = await serve()
  const lines: string[] = []
  const result = await threeClients({ url, room: 'test', speed: 25, print: printTo({ write: (line) => lines.push(line) }) })

  const row = [[1, 'Food', 1]]
  expect(result).toMatchObject({ problems: [], converged: true, server: row, clients: { client1: row, client2: row, client3: row } })
  expect(result.digests).toHaveLength(4)
  expect(new Set(result.digests).size).toBe(1)

  expect(lines).toContainEqual(expect.stringMatching(/^ +\d+\.\ds client1 {2}replays mutation \d+, ahead of server \d+\n$/))
  expect(lines).toContainEqual(expect.stringMatching(/^ +\d+\.\ds server {3}\(1, 'Food', 1\) {2}at version 13\n$/))
  expect(lines.filter((line) => line.includes('calls mutation'))).toHaveLength(13)
})

test('a run that cannot end says what each waits for', async () => {
  const result = await threeClients({ url: 'http://127.0.0.1:1', room: 'test', speed: 25, print: () => {}, deadlineMs: 300 })
  expect(result.converged).toBe(false)
  expect(result.problems).toContainEqual(expect.stringMatching(/^client1 is \w+ at version none, with 0 pending$/))
  expect(result.problems).toContainEqual(expect.stringMatching(/^server: fetch failed/))
})
