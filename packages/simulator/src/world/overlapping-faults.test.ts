import { defineMutators, defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import { story } from '../story.ts'

const app = {
  schema: defineSchema({ name: 'notes', version: 1, sql: 'CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL)' }),
  mutators: defineMutators({ note: (tx) => tx.run('INSERT INTO notes (id) VALUES (?)', [tx.id()]).changes }),
}

/** When the server, or a client, went and came, in virtual milliseconds. */
function lives(events: Awaited<ReturnType<ReturnType<typeof story>['play']>>['events'], node: string): string[] {
  return events.flatMap((event) =>
    event.node === node && (event.type === 'up' || event.type === 'down') ? [`${event.at} ${event.type}`] : [],
  )
}

test('a server that is stopped is away for as long as is said, and ended but once', async () => {
  const run = await story(app, { ann: 10 }).at(1000).happens({ do: 'stop-server', forMs: 3000 }).at(6000).calls('ann', 'note').play()
  expect(run.violation).toBeNull()
  expect(lives(run.events, 'server')).toEqual(['0 up', '1000 down', '4000 up'])
})

test('of faults that overlap, the later end counts', async () => {
  const run = await story(app, { ann: 10 })
    .at(1000)
    .happens({ do: 'back-up' })
    .happens({ do: 'kill-server', forMs: 1000 })
    .at(1500)
    .happens({ do: 'restore', forMs: 3000 })
    .at(2000)
    .happens({ do: 'kill-client', client: 'ann', forMs: 4000 })
    .at(7000)
    .calls('ann', 'note')
    .play()
  expect(run.violation).toBeNull()
  expect(lives(run.events, 'server')).toEqual(['0 up', '1000 down', '4500 up'])
  expect(lives(run.events, 'ann')).toEqual(['0 up', '2000 down', '6000 up'])
})
