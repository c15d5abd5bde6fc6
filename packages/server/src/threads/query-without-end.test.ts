import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Line } from '../testing/line.ts'
import { openThreadRooms } from '../testing/open-thread-rooms.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { TestClient } from '../testing/test-client.ts'

const PROGRAM = fileURLToPath(new URL('../testing/threaded-server-process.ts', import.meta.url))
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

type Told = { readonly event: string; readonly [field: string]: unknown }

/** A server in a process that is killed with the test: one whose query does not end cannot end by itself. */
async function startProcess(directory: string) {
  const child = fork(PROGRAM, [directory, '500'], { execArgv: ['--conditions=@savepoint/source', '--import', LOADER] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const events: Told[] = []
  child.on('message', (event: Told) => events.push(event))
  const told = async (name: string): Promise<Told> => {
    for (;;) {
      const found = events.find(({ event }) => event === name)
      if (found !== undefined) return found
      await once(child, 'message')
    }
  }
  const { port } = await told('listening')
  const dial = (room: string) => Line.dial(`ws://127.0.0.1:${port}/rooms/${room}/socket`)
  const comeIn = async (room: string, clientID: string): Promise<TestClient> => {
    const client = new TestClient(await dial(room), clientID)
    const { epoch } = await client.greet()
    client.adopt(null, { epoch: String(epoch), version: 0 })
    await client.greet()
    return client
  }
  return { child, told, dial, comeIn }
}

test('[G6] [G9] a query that does not end holds its room, and no other; after a restart its mutation is rejected', async () => {
  const directory = temporaryDirectory()
  const { child, told, dial, comeIn } = await startProcess(directory)
  const [bad, good] = [await comeIn('bad', 'bad'), await comeIn('good', 'good')]
  await good.call('addItem', { title: 'tea' })
  const mutation = bad.mutation('loopInQuery')
  bad.push(mutation)
  expect(await good.refusal()).toMatchObject({ code: 'unavailable' })
  expect(await told('thread-stuck')).toMatchObject({ room: 'bad' })
  const again = await comeIn('good', 'another')
  expect(await again.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
  await again.reach(2)
  const refused = new TestClient(await dial('bad'))
  refused.sayHello()
  expect(await refused.refusal()).toMatchObject({ code: 'unavailable', message: expect.stringContaining('does not end') })
  child.send('close')
  await told('closed')
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  const { host } = await openThreadRooms({ directory })
  bad.line = await Line.intoHost(host, 'bad')
  await bad.greet()
  bad.push(mutation, bad.mutation('addItem', { title: 'rice' }))
  expect([await bad.outcome(1), await bad.outcome(2)]).toMatchObject([{ ok: false, code: 'timeout' }, { ok: true }])
})
