import type { ClientStatus, StorageInfo } from '@savepoint/client'
import { formatClock } from '../format/days.ts'

/** `live`: what is shown is the server's. `guess`: not all of it, or not lately. `wrong`: it needs somebody. */
interface StatusText {
  readonly tone: 'live' | 'guess' | 'wrong'
  readonly short: string
  readonly long: string
}

export function describeStatus({ connection, pending, download, outage, refusal }: ClientStatus): StatusText {
  const waiting = pending === 0 ? '' : ` · ${pending} waiting`
  const kept = pending === 0 ? 'You can go on working.' : `${changes(pending)} wait here, and are sent when it is back.`
  switch (connection) {
    case 'live':
      if (refusal !== null) return { tone: 'wrong', short: `Not saving${waiting}`, long: refusal.message }
      if (pending > 0) return { tone: 'guess', short: `Saving ${pending}`, long: `${changes(pending)} on the way to the server.` }
      return { tone: 'live', short: 'Live', long: 'Everything is saved. What others do shows at once.' }
    case 'connecting':
      return { tone: 'guess', short: `Connecting${waiting}`, long: 'Looking for the server.' }
    case 'catching-up': {
      const share = download === null || download.ofBytes === 0 ? '' : ` ${Math.floor((100 * download.bytes) / download.ofBytes)}%`
      return { tone: 'guess', short: `Catching up${share}${waiting}`, long: 'Fetching what has happened in the meantime.' }
    }
    case 'recovering':
      return {
        tone: 'guess',
        short: `Repairing${waiting}`,
        long: 'This copy differed from the server, so it is fetched anew. What waits is kept.',
      }
    case 'offline': {
      const since = outage === null ? '' : ` since ${formatClock(outage.since)}`
      return { tone: 'guess', short: `Offline${since}${waiting}`, long: `The server is out of reach. ${kept}` }
    }
    case 'stopped':
      return { tone: 'guess', short: `Offline by choice${waiting}`, long: `You have gone offline. ${kept}` }
    case 'refused':
      return { tone: 'wrong', short: `Refused${waiting}`, long: refusal?.message ?? 'The server does not take this app in.' }
  }
}

function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`
}

/** Where the board's data is on this device. */
export function describeStorage({ kind, why }: StorageInfo): string {
  const where = {
    disk: 'On this device, in files of the browser. It opens offline.',
    mirror: 'On this device, as a copy in the browser. It opens offline.',
    memory: 'In memory only: it is gone when the last tab closes.',
  }[kind]
  return why === undefined ? where : `${where} ${why}`
}
