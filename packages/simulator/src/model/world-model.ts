import type { LogEntry } from '@savepoint/server'
import type { RunRequest } from '@savepoint/sqlite'
import { identityOf } from '../identity-of.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { Call, ClientView, RoomView, WorldView } from '../view/world-view.ts'
import { ClientReplay, clientRequest, type ReplayBase } from './client-replay.ts'
import type { ContentQuery, Contents } from './content-query.ts'
import type { OpenImage } from './engine-pair.ts'
import { outcomeProblem } from './outcome-problem.ts'
import { PendingTrack, type Unconfirmed } from './pending-track.ts'
import { emptyContents } from './reference-database.ts'
import { RoomHistory } from './room-history.ts'
import { type Author, RoomReplay } from './room-replay.ts'

/** What a client should show, and why. */
export interface ExpectedView {
  readonly contents: Contents
  readonly query: ContentQuery
  readonly base: ReplayBase
  readonly pending: readonly RunRequest[]
}

/** What all checkers of a run know together: the rooms' histories, and what rooms and clients should hold by them. */
export class WorldModel {
  /** A mutator that does otherwise on it is to blame. */
  readonly otherEngine: OpenImage | undefined
  readonly #histories = new Map<string, Map<string, RoomHistory>>()
  readonly #replays = new Map<RoomHistory, RoomReplay>()
  readonly #tracks = new Map<string, PendingTrack>()
  readonly #clientReplays = new Map<string, ClientReplay>()
  #lastEvent: TraceEvent | undefined
  #world: WorldView | undefined

  constructor(otherEngine?: OpenImage) {
    this.otherEngine = otherEngine
  }

  /** To be called by each checker before it looks at an event; only the first call of an event counts. */
  observe(event: TraceEvent, world: WorldView): void {
    if (event === this.#lastEvent) return
    this.#lastEvent = event
    this.#trackOf(event.node).observe(event)
    this.follow(world)
  }

  /** Takes in what the rooms' logs have got. */
  follow(world: WorldView): void {
    this.#world = world
    for (const room of world.rooms.values()) if (room.isUp) this.history(room)
  }

  /** Of the room's present epoch, up to now. */
  history(room: RoomView): RoomHistory {
    let epochs = this.#histories.get(room.name)
    if (epochs === undefined) {
      epochs = new Map()
      this.#histories.set(room.name, epochs)
    }
    let history = epochs.get(room.epoch)
    if (history === undefined) {
      history = new RoomHistory(room)
      epochs.set(room.epoch, history)
    }
    history.follow(room.log)
    return history
  }

  /** All epochs of a room that were seen, oldest first. */
  histories(room: string): readonly RoomHistory[] {
    return [...(this.#histories.get(room)?.values() ?? [])]
  }

  historyAt(room: string, epoch: string | undefined): RoomHistory | undefined {
    return epoch === undefined ? undefined : this.#histories.get(room)?.get(epoch)
  }

  replay(history: RoomHistory): RoomReplay {
    let replay = this.#replays.get(history)
    if (replay === undefined) {
      replay = new RoomReplay(history, (entry) => this.#authorOf(history, entry))
      this.#replays.set(history, replay)
    }
    return replay
  }

  /**
   * The replay of a history, up to a version at least.
   * @throws Violation if a mutation comes to another outcome than the log has
   */
  replayTo(history: RoomHistory, version: number): RoomReplay {
    const replay = this.replay(history)
    replay.advance(version, (replayed) => {
      const problem = outcomeProblem(replay, replayed)
      if (problem !== null) throw problem
    })
    return replay
  }

  /**
   * What a client should show, or null if that cannot be told now: what its base holds is not yet known to be committed; or it has no
   * base any more, and shows what was confirmed in the room's former life and had not come into the base on disk.
   */
  expectedView(client: ClientView, world: WorldView, reason?: 'optimistic' | 'rebase'): ExpectedView | null {
    const { position } = client
    if (position === null && client.mutations().some(({ status }) => status !== 'pending')) return null
    const history = this.historyAt(client.room, position?.epoch)
    if (position !== null && (history === undefined || history.version < position.version)) return null
    const version = position?.version ?? 0
    const replay = history === undefined ? undefined : this.replayTo(history, version)
    const shown = this.#trackOf(client.name).current(client, history)
    const pending = this.#requests(client, world, history, shown, reason)
    const base = { replay, version }
    const contents = this.#clientReplay(client.name).contents(client.app, base, pending)
    const { query } = replay ?? emptyContents(client.app.schema)
    return { contents, query, base, pending }
  }

  /** Forgets what was gathered from events of what a client has pending, and asks it. */
  askPending(client: ClientView): void {
    this.#trackOf(client.name).ask(client, this.historyAt(client.room, client.position?.epoch))
  }

  close(): void {
    for (const part of [...this.#replays.values(), ...this.#clientReplays.values()]) part.close()
    this.#replays.clear()
    this.#clientReplays.clear()
  }

  #requests(
    client: ClientView,
    world: WorldView,
    history: RoomHistory | undefined,
    shown: readonly Unconfirmed[],
    reason: 'optimistic' | 'rebase' | undefined,
  ): RunRequest[] {
    const { clientID, auth } = client
    const last = history?.lastMutationID(clientID, client.position?.version ?? 0) ?? 0
    return shown.map((one, i) => {
      const call = callOf(world, one.id, `Client ${client.name} has pending`)
      return clientRequest({ call, clientID, mutationID: last + 1 + i, reason: reason ?? one.reason, auth })
    })
  }

  #authorOf(history: RoomHistory, entry: LogEntry): Author {
    const world = this.#world as WorldView
    const { createdAt, client } = callOf(world, entry.seed, `The log of room ${history.room} has at version ${entry.version}`)
    const caller = world.clients.get(client)
    if (caller === undefined || identityOf(caller.auth) === entry.author) return { createdAt, auth: caller?.auth }
    // A copied profile has sent it, as somebody else.
    const sender = [...world.clients.values()].find(({ room, auth }) => room === history.room && identityOf(auth) === entry.author)
    return { createdAt, auth: (sender ?? caller).auth }
  }

  #trackOf(client: string): PendingTrack {
    let track = this.#tracks.get(client)
    if (track === undefined) {
      track = new PendingTrack()
      this.#tracks.set(client, track)
    }
    return track
  }

  #clientReplay(client: string): ClientReplay {
    let replay = this.#clientReplays.get(client)
    if (replay === undefined) {
      replay = new ClientReplay()
      this.#clientReplays.set(client, replay)
    }
    return replay
  }
}

function callOf(world: WorldView, seed: string, what: string): Call {
  const call = world.calls.get(seed)
  if (call === undefined) throw new Violation('G1', 'exactly-once', `${what} a mutation that nobody called: ${seed}`)
  return call
}
