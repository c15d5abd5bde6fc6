import {
  createSavepointServer,
  EmbeddedLog,
  InlineSnapshots,
  type LogEntry,
  type RoomConnection,
  type RoomLog,
  type RoomSocket,
  type SavepointServer,
  type ServerEvent,
  type SnapshotPosition,
  writeSnapshot,
} from '@savepoint/server'
import type { AppVersion } from '../app.ts'
import { roomStorage } from '../disk/room-storage.ts'
import { ProcessKilled, type SimulatedDisk } from '../disk/simulated-disk.ts'
import type { Endpoint } from '../network/connection.ts'
import { type Random, randomOf } from '../random.ts'
import type { Failpoint, ServerPlan } from '../scenario/scenario.ts'
import type { NodeClock } from '../time/node-clock.ts'
import { Process } from '../time/process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { Failpoints, type Kill } from './failpoints.ts'
import { LogHolds } from './log-holds.ts'
import { RemoteLog } from './remote-log.ts'
import { observedLog, RoomLedger } from './room-ledger.ts'

/** Between two looks for rooms that nobody uses, in milliseconds. */
const SWEEP_MS = 30_000

/** What passes between two looks at the clock, in milliseconds, at most. */
const WORK_MS_MAX = 0.5

const SNAPSHOT_PATH = 'snapshot.db'

/** One way to a log on another machine, in milliseconds, at most. */
const LOG_LATENCY_MS_MAX = 20

interface ServerNodeOptions {
  readonly time: VirtualTime
  readonly clock: NodeClock
  readonly disk: SimulatedDisk
  readonly plan: ServerPlan
  readonly seed: string
  /** What a token says of who holds it; undefined if the app asks nobody. */
  readonly authOf: ((token: string) => unknown) | undefined
  readonly onEvent: (event: ServerEvent) => void
  /** These entries are known to be durable. */
  readonly onCommitted: (ledger: RoomLedger, entries: readonly LogEntry[]) => void
  /** The log is slow, and an append has to wait. */
  readonly onHeldUp: (when: 'before' | 'after') => void
  /** Its process has ended by itself, at a failpoint. */
  readonly onKilled: (failpoint: Failpoint, kill: Kill) => void
}

/** The server's machine: its disk, and the production server as the process that runs there now. */
export class ServerNode implements Endpoint {
  readonly ledgers = new Map<string, RoomLedger>()
  readonly failpoints: Failpoints
  readonly #options: ServerNodeOptions
  readonly #random: Random
  readonly #remoteLogs = new Map<string, RemoteLog>()
  #logFaults: ('before' | 'after')[] = []
  readonly #logHolds = new LogHolds()
  #process: Process | null = null
  #server: SavepointServer | null = null
  #worked = 0
  #isInCommit = false

  constructor(options: ServerNodeOptions) {
    this.#options = options
    this.#random = randomOf(options.seed, 'server')
    this.failpoints = new Failpoints((failpoint, kill) => {
      this.#isInCommit = failpoint === 'during-commit'
      options.onKilled(failpoint, kill)
      this.#isInCommit = false
      // What called must not go on, but for a COMMIT that is to be broken off by the disk.
      if (failpoint !== 'during-commit') throw new ProcessKilled()
    })
  }

  get process(): Process | null {
    return this.#process
  }

  get hasRemoteLog(): boolean {
    return this.#options.plan.log === 'remote'
  }

  start(app: AppVersion): void {
    const { time, clock, disk, plan, authOf } = this.#options
    const process = new Process(time, clock)
    this.#process = process
    this.failpoints.reset()
    disk.watch = this.failpoints.watch
    const { schema, mutators, serverMutators } = app
    this.#server = createSavepointServer(
      {
        schema,
        mutators,
        ...(serverMutators && { serverMutators }),
        ...(authOf && { authorize: (request: Request) => authOf(tokenOf(request)) }),
        ...(plan.versionsKept !== undefined && { retention: { versions: plan.versionsKept } }),
        ...(plan.socketBufferBytes !== undefined && { limits: { socketBufferBytes: plan.socketBufferBytes } }),
        onEvent: (event) => process.isAlive && this.#heard(event),
      },
      {
        world: {
          now: () => Math.floor(clock.now),
          elapsed: () => this.#tick(),
          id: () => this.#random.id(),
          schedule: (task) => void process.after(0, task),
          after: (ms, task) => process.after(ms, task),
        },
        storageOf: (room) => roomStorage(disk, pathOf(room)),
        hasRoom: (room) => this.#remoteLogs.has(room) || disk.list().includes(pathOf(room)),
        snapshots: new InlineSnapshots((room) => this.#snapshot(room), plan.snapshotLag),
        openLog: (writer, reader, room) => {
          const log = plan.log === 'remote' ? this.#remoteLog(room, process) : new EmbeddedLog(writer, reader)
          return observedLog(log, this.ledger(room), this.failpoints)
        },
      },
    )
    this.#sweep(process)
  }

  /** The process ends as it stands. */
  kill(power: boolean): void {
    for (const ledger of this.ledgers.values()) ledger.isOpen = false
    this.#process?.end()
    if (this.#isInCommit) this.#options.disk.crashDuring(power)
    else this.#options.disk.crash(power)
    this.#process = null
    this.#server = null
  }

  /** Resolves when the process has finished what it has. */
  async stop(): Promise<void> {
    await this.#server?.close()
  }

  ledger(room: string): RoomLedger {
    const ledger = this.ledgers.get(room) ?? new RoomLedger(room)
    this.ledgers.set(room, ledger)
    return ledger
  }

  mendLog(): void {
    this.#logFaults = []
  }

  /** The rooms are made anew, with logs of their own. */
  forget(): void {
    this.#remoteLogs.clear()
    for (const path of this.#options.disk.list()) this.#options.disk.remove(path)
  }

  failLog(when: 'before' | 'after', times: number): void {
    for (let i = 0; i < times; i++) this.#logFaults.push(when)
  }

  /** A remote log answers nothing until what is returned is called. */
  slowLog(when: 'before' | 'after'): () => void {
    return this.#logHolds.add(when)
  }

  accept(request: Request, room: string, socket: RoomSocket): RoomConnection {
    return (this.#server as SavepointServer).connect(request, room, {
      send: (frame) => {
        this.failpoints.answering(frame)
        socket.send(frame)
      },
      close: (reason) => socket.close(reason),
      cut: () => socket.cut(),
      get bufferedBytes() {
        return socket.bufferedBytes
      },
    })
  }

  async answer(request: Request): Promise<Response> {
    return (this.#server as SavepointServer).app.fetch(request)
  }

  #heard(event: ServerEvent): void {
    const { onEvent, onCommitted } = this.#options
    onEvent(event)
    if (!('room' in event)) return
    const ledger = this.ledger(event.room)
    if (event.event === 'batch-committed') ledger.decided(event.to)
    else if (event.event === 'room-opened' || event.event === 'room-recovered') ledger.opened()
    else return
    onCommitted(ledger, ledger.takeNews())
  }

  #remoteLog(room: string, process: Process): RoomLog {
    const log = this.#remoteLogs.get(room) ?? new RemoteLog()
    this.#remoteLogs.set(room, log)
    const { time, onHeldUp } = this.#options
    const holds = this.#logHolds
    const takesMs = () => this.#random.next() * LOG_LATENCY_MS_MAX
    const isHeldUp = (when: 'before' | 'after') => {
      const isHeld = holds.has(when)
      if (isHeld && process.isAlive) onHeldUp(when)
      return isHeld
    }
    return log.open({
      travel: async () => {
        await holds.over('before', 'after')
        await new Promise<void>((resolve) => process.after(takesMs(), resolve))
      },
      arrive: async () => {
        await new Promise<void>((resolve) => time.after(takesMs(), resolve))
        if (isHeldUp('before')) await holds.over('before')
      },
      answer: async () => {
        if (isHeldUp('after')) await holds.over('after')
        await new Promise<void>((resolve) => process.after(0, resolve))
      },
      nextFault: () => this.#logFaults.shift(),
    })
  }

  #snapshot(room: string): { position: SnapshotPosition; image: Uint8Array } {
    const { disk } = this.#options
    disk.remove(SNAPSHOT_PATH)
    const target = disk.open(SNAPSHOT_PATH, { shadowWrites: true })
    try {
      const position = writeSnapshot(target, disk.attachName(pathOf(room)))
      return { position, image: target.serialize() }
    } finally {
      target.close()
      disk.remove(SNAPSHOT_PATH)
    }
  }

  /** Work takes a little time, or batches would have no end. */
  #tick(): number {
    this.#worked += this.#random.next() * WORK_MS_MAX
    return this.#options.clock.elapsed + this.#worked
  }

  #sweep(process: Process): void {
    process.after(SWEEP_MS, () => {
      void this.#server?.rooms.sweep()
      this.#sweep(process)
    })
  }
}

/** Where a room's database lies on the server's disk. */
export function pathOf(room: string): string {
  return `${room}.db`
}

function tokenOf(request: Request): string {
  return (request.headers.get('authorization') ?? '').replace(/^Bearer /, '')
}
