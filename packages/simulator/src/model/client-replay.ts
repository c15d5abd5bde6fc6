import type { LogEntry } from '@savepoint/server'
import type { RunRequest } from '@savepoint/sqlite'
import type { AppVersion } from '../app.ts'
import type { Contents } from './content-query.ts'
import { emptyContents, ReferenceDatabase } from './reference-database.ts'
import type { RoomReplay } from './room-replay.ts'

/** Where a client's base stands: in a room's history, or nowhere yet. */
export interface ReplayBase {
  readonly replay: RoomReplay | undefined
  readonly version: number
}

/** What one client should show: its base, and on top of it what is pending. It follows the client, so that a step costs little. */
export class ClientReplay {
  #reference: ReferenceDatabase | undefined
  #replay: RoomReplay | undefined
  #app: AppVersion | undefined
  #version = 0
  /** What runs on top of the base now. */
  #shown: readonly RunRequest[] = []
  #contents: Contents | undefined

  /** The content that the client should show. */
  contents(app: AppVersion, base: ReplayBase, pending: readonly RunRequest[]): Contents {
    if (pending.length === 0) {
      const known = base.replay === undefined ? emptyContents(app.schema).contents : base.replay.contentsAt(base.version)
      if (known !== undefined) return known
    }
    const isMoved = this.#moveTo(app, base)
    const reference = this.#reference as ReferenceDatabase
    if (!isMoved && isPrefix(this.#shown, pending)) {
      if (this.#contents !== undefined && this.#shown.length === pending.length) return this.#contents
    } else {
      reference.undo()
      this.#shown = []
    }
    reference.speculate(base.replay?.contentsAt(base.version))
    // What throws is withdrawn by the client as well.
    for (const request of pending.slice(this.#shown.length)) reference.run(app.mutators, request)
    this.#shown = pending
    this.#contents = reference.contents()
    return this.#contents
  }

  /** A database of its own at the base, which the caller closes. */
  static referenceAt(app: AppVersion, { replay, version }: ReplayBase): ReferenceDatabase {
    return replay === undefined ? new ReferenceDatabase(app.schema) : replay.referenceAt(version)
  }

  close(): void {
    this.#reference?.close()
    this.#reference = undefined
  }

  /** True if the base is another than before. Forward it goes entry by entry; else a new one is made. */
  #moveTo(app: AppVersion, { replay, version }: ReplayBase): boolean {
    const isSame = this.#reference !== undefined && this.#replay === replay && this.#app === app && this.#version <= version
    if (isSame && this.#version === version) return false
    this.#contents = undefined
    if (isSame && replay !== undefined) {
      const reference = this.#reference as ReferenceDatabase
      reference.undo()
      for (let at = this.#version; at < version; at++) replay.run(reference, replay.history.entries[at] as LogEntry)
    } else {
      this.close()
      this.#reference = ClientReplay.referenceAt(app, { replay, version })
    }
    this.#replay = replay
    this.#app = app
    this.#version = version
    this.#shown = []
    return true
  }
}

function isPrefix(shown: readonly RunRequest[], pending: readonly RunRequest[]): boolean {
  if (shown.length > pending.length) return false
  return shown.every((one, i) => {
    const other = pending[i] as RunRequest
    return one.seed === other.seed && one.mutationID === other.mutationID && one.clientID === other.clientID && one.reason === other.reason
  })
}

/** How a mutation runs on its client. */
export function clientRequest(options: {
  readonly call: { readonly id: string; readonly name: string; readonly args: string; readonly createdAt: number }
  readonly clientID: string
  readonly mutationID: number
  readonly reason: 'optimistic' | 'rebase'
  readonly auth: unknown
}): RunRequest {
  const { call, clientID, mutationID, reason, auth } = options
  const { id: seed, name, args, createdAt: now } = call
  return { clientID, mutationID, name, args, seed, now, location: 'client', reason, auth }
}
