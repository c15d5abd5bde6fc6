import type { EncodedOutcome } from '../protocol/poke.ts'
import type { ClientRecord } from '../room-machine/client-record.ts'
import type { QueuedMutation } from '../room-machine/inbox.ts'
import type { RoomEffect } from '../room-machine/room-effect.ts'
import type { CommittedBatch, MutationResult } from '../room-machine/room-event.ts'
import { ROOM_LIMITS } from '../room-machine/room-limits.ts'
import { RoomMachine } from '../room-machine/room-machine.ts'
import { defineSchema } from '../schema/define-schema.ts'

const schema = defineSchema({ name: 's', version: 1, sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' })
export const EPOCH = 'e'

export function digestAt(version: number): string {
  return version.toString(16).padStart(16, '0')
}

/** A room's machine at a version, and what tests say to it. */
export class RoomBench {
  readonly machine: RoomMachine
  constructor(version = 0, limits = ROOM_LIMITS) {
    this.machine = new RoomMachine(schema, { epoch: EPOCH, version, digest: digestAt(version) }, limits)
  }

  connect(connection: number, identity = '', readOnly = false): readonly RoomEffect[] {
    return this.machine.step({ type: 'connected', connection, identity, auth: undefined, readOnly })
  }

  hello(connection: number, clientID: string, fields: { [name: string]: unknown } = {}): readonly RoomEffect[] {
    const { name, version, hash } = schema
    const hello = {
      type: 'hello',
      protocol: 1,
      clientID,
      schema: { name, version, hash },
      base: { epoch: EPOCH, version: 0 },
      confirmed: 0,
      issued: 0,
    }
    return this.frame(connection, { ...hello, ...fields })
  }

  frame(connection: number, message: unknown): readonly RoomEffect[] {
    return this.machine.step({ type: 'frame', connection, frame: JSON.stringify(message) })
  }

  push(connection: number, ...mutationIDs: number[]): readonly RoomEffect[] {
    const mutations = mutationIDs.map((mutationID) => ({ mutationID, name: 'm', args: '', createdAt: 0, seed: `s${mutationID}` }))
    return this.frame(connection, { type: 'push', mutations, confirmed: 0 })
  }

  found(connection: number, client: Partial<ClientRecord> | null = null, turn = 1): readonly RoomEffect[] {
    const record = client && { lastMutationID: 0, lastSeed: '', lastVersion: 0, acked: 0, identity: '', ...client }
    return this.machine.step({ type: 'client-found', connection, turn, client: record })
  }

  caughtUp(connection: number, to: number, turn = 1, outcomes: readonly EncodedOutcome[] = []): readonly RoomEffect[] {
    return this.machine.step({ type: 'caught-up', connection, turn, catchUp: { to, digest: digestAt(to), patch: '[]', outcomes } })
  }

  /** A connection that is level with the room. */
  live(connection: number, clientID = `c${connection}`): void {
    this.connect(connection)
    this.hello(connection, clientID)
    this.found(connection)
    this.caughtUp(connection, this.machine.position.version)
  }

  /** Lets the room take a batch. */
  drain(): readonly QueuedMutation[] {
    const [effect] = this.machine.step({ type: 'drain' })
    return effect?.type === 'commit' ? effect.mutations : []
  }

  /** Everything of the batch was run. */
  committed(mutations: readonly QueuedMutation[], left: readonly QueuedMutation[] = []): readonly RoomEffect[] {
    const results: MutationResult[] = mutations.map(({ sender, mutation: { mutationID, seed } }) => ({
      kind: 'processed',
      sender,
      mutationID,
      seed,
      outcome: '{"ok":true,"value":""}',
    }))
    return this.batch(results, mutations.length, left)
  }

  batch(results: readonly MutationResult[], count: number, left: readonly QueuedMutation[] = []): readonly RoomEffect[] {
    const from = this.machine.position.version
    const batch: CommittedBatch = { from, to: from + count, digest: digestAt(from + count), patch: '[]', results, left }
    return this.machine.step({ type: 'committed', batch })
  }
}

/** The frames that go out, to one connection or to all. */
export function sent(effects: readonly RoomEffect[], connection?: number): { [field: string]: unknown }[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' && (connection ?? effect.connection) === effect.connection ? [JSON.parse(effect.frame)] : [],
  )
}

export function types(effects: readonly RoomEffect[]): string[] {
  return effects.map(({ type }) => type)
}
