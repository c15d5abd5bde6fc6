import type { Random } from '../random.ts'
import { type ActionKind, type ClientPlan, FAILPOINTS, SERVER } from './scenario.ts'
import type { FaultName } from './simulation-options.ts'

/** Where faults are to happen. */
export interface Setting {
  readonly clients: readonly ClientPlan[]
  readonly endsAt: number
  /** How many the app has. */
  readonly versions: number
  readonly hasRemoteLog: boolean
}

type TimedAction = { readonly at: number } & ActionKind

interface FaultKind {
  /** How many a run of the default size meets, if this kind is on. */
  readonly mean: number
  /** True if more clients mean more of it. */
  readonly isOfClients: boolean
  /** One fault: mostly one action. Nothing, where it cannot be. */
  make(random: Random, setting: Setting): TimedAction[]
}

/** Faults begin once there is something to break, and early enough to be over before the end. */
const FROM_SHARE = 0.02
const TO_SHARE = 0.93

const CLOCK_JUMP_MS_MAX = 5 * 60_000

function when(random: Random, { endsAt }: Setting): number {
  return random.int(Math.floor(endsAt * FROM_SHARE), Math.floor(endsAt * TO_SHARE))
}

/** Short ones are as likely as long ones of ten times their length. */
function lasting(random: Random, at: number, { endsAt }: Setting, min: number, max: number): number {
  return Math.min(Math.round(min * (max / min) ** random.next()), endsAt - at)
}

function anyClient(random: Random, { clients }: Setting): string {
  return random.pick(clients).name
}

/** A machine with a disk. */
function anyDisk(random: Random, { clients }: Setting): string {
  const onDisk = clients.filter(({ storage }) => storage !== 'memory')
  return onDisk.length === 0 || random.chance(0.5) ? SERVER : random.pick(onDisk).name
}

/** A fault of a client's that takes a while. */
function clientFault(
  mean: number,
  min: number,
  max: number,
  make: (client: string, forMs: number, random: Random) => ActionKind,
): FaultKind {
  return {
    mean,
    isOfClients: true,
    make(random, setting) {
      const at = when(random, setting)
      const client = anyClient(random, setting)
      return [{ at, ...make(client, lasting(random, at, setting, min, max), random) }]
    },
  }
}

/** A fault of the server's that takes a while. */
function serverFault(mean: number, min: number, max: number, make: (forMs: number, random: Random) => ActionKind): FaultKind {
  return {
    mean,
    isOfClients: false,
    make(random, setting) {
      const at = when(random, setting)
      return [{ at, ...make(lasting(random, at, setting, min, max), random) }]
    },
  }
}

export const FAULT_KINDS: { readonly [F in FaultName]: FaultKind } = {
  cut: clientFault(3, 1, 1, (client) => ({ do: 'cut', client })),
  'half-open': clientFault(1.5, 1, 1, (client, _, random) => ({
    do: 'half-open',
    client,
    ...(random.chance(0.25) && { line: 'socket' as const }),
  })),
  partition: clientFault(2, 50, 8000, (client, forMs, random) => ({
    do: 'partition',
    client,
    direction: random.pick(['up', 'down', 'both'] as const),
    forMs,
  })),
  'slow-reader': clientFault(1.5, 50, 8000, (client, forMs) => ({ do: 'slow-reader', client, forMs })),
  'kill-client': clientFault(2.5, 20, 6000, (client, forMs, random) => ({
    do: 'kill-client',
    client,
    forMs,
    ...(random.chance(0.5) && { afterCalls: random.int(1, 30) }),
    ...(random.chance(0.4) && { power: true }),
  })),
  close: {
    mean: 1.5,
    isOfClients: true,
    make(random, setting) {
      const at = when(random, setting)
      const client = anyClient(random, setting)
      const leaves = random.chance(0.25)
      const forMs = lasting(random, at, setting, 20, 8000)
      return [{ at, do: 'close', client, forMs: leaves ? setting.endsAt - at : forMs }]
    },
  },
  // The names of copies are given when all are known.
  'copy-profile': clientFault(0.7, 1, 1, (client) => ({ do: 'copy-profile', client, as: '' })),
  'clear-storage': clientFault(0.7, 1, 1, (client) => ({ do: 'clear-storage', client })),
  update: {
    mean: 1.5,
    isOfClients: true,
    make(random, setting) {
      if (setting.versions < 2) return []
      return [{ at: when(random, setting), do: 'update', client: anyClient(random, setting), version: random.int(1, setting.versions - 1) }]
    },
  },
  'kill-server': serverFault(2.5, 20, 4000, (forMs, random) => ({
    do: 'kill-server',
    forMs,
    ...(random.chance(0.7) && { failpoint: random.pick(FAILPOINTS), nth: random.int(1, 8) }),
    ...(random.chance(0.4) && { power: true }),
  })),
  'stop-server': serverFault(0.8, 20, 4000, (forMs) => ({ do: 'stop-server', forMs })),
  'back-up': serverFault(0.5, 1, 1, () => ({ do: 'back-up' })),
  restore: {
    mean: 0.7,
    isOfClients: false,
    make(random, setting) {
      const at = when(random, setting)
      const copiedAt = random.int(0, at)
      return [
        { at: copiedAt, do: 'back-up' },
        { at, do: 'restore', forMs: lasting(random, at, setting, 20, 4000) },
      ]
    },
  },
  deploy: {
    mean: 0.8,
    isOfClients: false,
    make(random, setting) {
      if (setting.versions < 2) return []
      const at = when(random, setting)
      const version = random.int(1, setting.versions - 1)
      // Some clients are ahead of the server; one in five is updated only when the run ends.
      const updates = setting.clients
        .filter(() => random.chance(0.8))
        .map(({ name }): TimedAction => {
          const early = Math.floor(setting.endsAt * 0.1)
          return { at: Math.min(setting.endsAt, Math.max(0, at + random.int(-early, 3 * early))), do: 'update', client: name, version }
        })
      return [{ at, do: 'deploy', version, forMs: lasting(random, at, setting, 20, 3000) }, ...updates]
    },
  },
  'fail-disk': {
    mean: 1.5,
    isOfClients: false,
    make(random, setting) {
      const operation = random.pick(['write', 'sync'] as const)
      return [
        {
          at: when(random, setting),
          do: 'fail-disk',
          node: anyDisk(random, setting),
          operation,
          nth: random.int(1, 20),
          times: random.int(1, 3),
        },
      ]
    },
  },
  'fill-disk': {
    mean: 0.8,
    isOfClients: false,
    make(random, setting) {
      const at = when(random, setting)
      return [{ at, do: 'fill-disk', node: anyDisk(random, setting), forMs: lasting(random, at, setting, 100, 6000) }]
    },
  },
  'jump-clock': {
    mean: 1,
    isOfClients: false,
    make(random, setting) {
      const node = random.chance(0.3) ? SERVER : anyClient(random, setting)
      const byMs = random.int(1000, CLOCK_JUMP_MS_MAX) * (random.chance(0.5) ? 1 : -1)
      return [{ at: when(random, setting), do: 'jump-clock', node, byMs }]
    },
  },
  'fail-log': {
    mean: 3,
    isOfClients: false,
    make(random, setting) {
      if (!setting.hasRemoteLog) return []
      return [{ at: when(random, setting), do: 'fail-log', when: random.pick(['before', 'after'] as const), times: random.int(1, 3) }]
    },
  },
  'repeat-late': clientFault(1.5, 300, 6000, (client, forMs) => ({ do: 'repeat-late', client, forMs })),
  'stall-requests': {
    mean: 1.2,
    isOfClients: true,
    make(random, setting) {
      // A client asks for a snapshot when it joins, and later only now and then.
      const { name: client, joinsAt } = random.pick(setting.clients)
      const at = random.chance(0.5) ? joinsAt : when(random, setting)
      const forMs = lasting(random, at, setting, 300, 8000)
      return [{ at, do: 'stall-requests', client, forMs, ...(random.chance(0.5) && { midway: true }) }]
    },
  },
  impersonate: {
    mean: 0.7,
    isOfClients: true,
    make(random, setting) {
      const { name: client, room } = random.pick(setting.clients)
      const others = setting.clients.filter((other) => other.name !== client && other.room === room)
      return others.length === 0 ? [] : [{ at: when(random, setting), do: 'impersonate', client, whom: random.pick(others).name }]
    },
  },
  'slow-log': {
    mean: 2,
    isOfClients: false,
    make(random, setting) {
      if (!setting.hasRemoteLog) return []
      const at = when(random, setting)
      return [{ at, do: 'slow-log', when: random.pick(['before', 'after'] as const), forMs: lasting(random, at, setting, 500, 8000) }]
    },
  },
}

export const FAULT_NAMES = Object.keys(FAULT_KINDS) as readonly FaultName[]
