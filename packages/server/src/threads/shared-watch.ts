import type { MutationFailure } from '@savepoint/core'
import type { MutationKey, RunWatch } from '../room/run-watch.ts'
import type { CondemnedMutation } from './thread-message.ts'

/** Numbers before the text: which run it is (0 if none), the index of the mutation, the text's bytes. */
const [RUN, INDEX, LENGTH] = [0, 1, 2]
const HEADER_BYTES = 16

/** The longest text: 64 mutations that run as one group, with IDs and seeds of 256 characters that JSON escapes. */
const TEXT_BYTES_MAX = 64 * (2 * 256 * 6 + 64) + 1024

/** Runs are told apart by a number that fits 32 bits. */
const RUNS = 2 ** 30

/** The app's code that runs in a thread. */
export type Running =
  | { readonly kind: 'mutation'; readonly run: number; readonly room: string; readonly mutation: MutationKey }
  | { readonly kind: 'after-commit'; readonly run: number; readonly room: string; readonly mutation: Omit<MutationKey, 'seed'> }

type Text = readonly [kind: Running['kind'], room: string, ...mutations: readonly (readonly [string, number, string?])[]]

export function newWatchMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + TEXT_BYTES_MAX)
}

/**
 * Writes down what runs in memory that another thread reads: also of a loop that never ends. A group of mutations is written at once,
 * and then an index as each of them starts, which costs next to nothing.
 */
export class SharedWatch implements RunWatch {
  readonly #header: Int32Array
  readonly #text: Uint8Array
  readonly #encoder = new TextEncoder()
  readonly #condemned = new Map<string, CondemnedMutation>()
  #runs = 0

  constructor(memory: SharedArrayBuffer) {
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.#text = new Uint8Array(memory, HEADER_BYTES)
  }

  condemn(mutations: readonly CondemnedMutation[]): void {
    for (const one of mutations) this.#condemned.set(keyOf(one.room, one), one)
  }

  running(room: string, mutations: readonly MutationKey[]): void {
    this.#write(['mutation', room, ...mutations.map(({ clientID, mutationID, seed }) => [clientID, mutationID, seed] as const)])
  }

  started(index: number): void {
    // Between two runs there is none: else who reads meanwhile could take the one for the other.
    this.done()
    Atomics.store(this.#header, INDEX, index)
    this.#next()
  }

  afterCommit(room: string, { clientID, mutationID }: Omit<MutationKey, 'seed'>): void {
    this.#write(['after-commit', room, [clientID, mutationID]])
    this.started(0)
  }

  done(): void {
    Atomics.store(this.#header, RUN, 0)
  }

  condemned(room: string, mutation: MutationKey): MutationFailure | undefined {
    if (this.#condemned.size === 0) return undefined
    const found = this.#condemned.get(keyOf(room, mutation))
    return found && { reason: 'rejected', code: found.code, message: found.message }
  }

  #write(text: Text): void {
    this.done()
    Atomics.store(this.#header, LENGTH, this.#encoder.encodeInto(JSON.stringify(text), this.#text).written)
  }

  #next(): void {
    this.#runs = (this.#runs % RUNS) + 1
    Atomics.store(this.#header, RUN, this.#runs)
  }
}

/** The number of the run that goes on now; 0 if none does. */
export function currentRun(memory: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(memory), RUN)
}

/** What runs; null if nothing does, or it has ended as it was read. */
export function readRunning(memory: SharedArrayBuffer): Running | null {
  const header = new Int32Array(memory, 0, HEADER_BYTES / 4)
  const run = Atomics.load(header, RUN)
  const index = Atomics.load(header, INDEX)
  const bytes = new Uint8Array(memory, HEADER_BYTES, Atomics.load(header, LENGTH)).slice()
  if (run === 0 || Atomics.load(header, RUN) !== run) return null
  const [kind, room, ...mutations] = JSON.parse(new TextDecoder().decode(bytes)) as Text
  const [clientID, mutationID, seed = ''] = mutations[index] ?? ['', 0]
  return kind === 'mutation'
    ? { kind, run, room, mutation: { clientID, mutationID, seed } }
    : { kind, run, room, mutation: { clientID, mutationID } }
}

function keyOf(room: string, { clientID, mutationID, seed }: MutationKey): string {
  return JSON.stringify([room, clientID, mutationID, seed])
}
