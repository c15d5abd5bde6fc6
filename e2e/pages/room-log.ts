import { ROOM_LOG_RULES } from '@savepoint/server'
import { IndexedDbLogs } from '@savepoint/server/service-worker'

/** Holds a log of this browser's IndexedDB to one rule. Says what is otherwise, if anything is. */
async function findBreach(name: string): Promise<string | null> {
  const rule = ROOM_LOG_RULES.find((one) => one.name === name)
  const logs = new IndexedDbLogs(name)
  const log = logs.log('room')
  // Another room's entries are in the same database, and are nobody else's.
  const neighbour = logs.log('room2')
  await neighbour.claim('of the neighbour')
  try {
    await rule?.check({
      log,
      async append(entries) {
        await log.append(entries)
        if (entries[0]?.version === 1) await neighbour.append(entries)
      },
      another: () => new IndexedDbLogs(name).log('room'),
    })
    return rule === undefined ? 'There is no such rule.' : null
  } catch (error) {
    return String(error)
  }
}

declare global {
  var breach: (name: string) => Promise<string | null>
}
globalThis.breach = findBreach
