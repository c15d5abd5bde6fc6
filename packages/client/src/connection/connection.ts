import {
  type ClientEffect,
  type ClientEvent,
  type ClientState,
  type ClientTimer,
  decodeServerFrame,
  encodeFrame,
  SavepointError,
  stepClient,
} from '@savepoint/core'
import type { Download } from '../client-status.ts'
import type { Scheduler } from './scheduler.ts'
import type { Progress, ReceivedSnapshot, Snapshot, SnapshotSink, Socket, SocketListener, Transport } from './transport.ts'

/** A download of which nothing more comes for so long, in milliseconds, is given up and asked for again. */
const FETCH_SILENCE_MS_MAX = 30_000

type Effect<T extends ClientEffect['type']> = Extract<ClientEffect, { type: T }>

/** What the connection needs of the client around it. */
export interface ConnectionOwner {
  apply(effect: Effect<'apply'>): void
  /** Sends pending mutations and returns the ID of the last one. */
  push(effect: Effect<'push'>, send: (frame: string) => void): number
  /** Takes a snapshot's file as it comes; undefined if only a whole one will do. */
  receive(): SnapshotSink | undefined
  stage(snapshot: Snapshot | ReceivedSnapshot): void
  changed(state: ClientState): void
  /** An error that was survived, for the app's log. */
  report(error: unknown): void
}

/** Carries out what the client machine decides: the one place that holds the socket and its timers. */
export class Connection {
  state: ClientState
  /** While a snapshot is fetched. */
  download: Download | null = null
  /** What the open line goes over, if the transport tells. */
  over: 'websocket' | 'http' | null = null
  /** When an attempt follows, in milliseconds since 1970. */
  nextTryAt: number | null = null
  readonly #transport: Transport
  readonly #scheduler: Scheduler
  readonly #owner: ConnectionOwner
  readonly #timers = new Map<ClientTimer, () => void>()
  readonly #events: ClientEvent[] = []
  #running = false
  #socket: Socket | undefined
  #fetch: AbortController | undefined

  constructor(state: ClientState, transport: Transport, scheduler: Scheduler, owner: ConnectionOwner) {
    this.state = state
    this.#transport = transport
    this.#scheduler = scheduler
    this.#owner = owner
  }

  /** Steps the machine. Events that effects raise are taken after the effects of the event before them. */
  step(event: ClientEvent): void {
    this.#events.push(event)
    if (this.#running) return
    this.#running = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const { state, effects } = stepClient(this.state, next)
        const before = this.state
        this.state = state
        for (const effect of effects) this.#perform(effect)
        if (state !== before) this.#owner.changed(state)
      }
    } finally {
      this.#running = false
    }
  }

  #perform(effect: ClientEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#connect(effect.fresh)
      case 'disconnect':
        return this.#disconnect()
      case 'send':
        return this.#socket?.send(encodeFrame(effect.message))
      case 'push':
        return this.step({ type: 'pushed', through: this.#owner.push(effect, (frame) => this.#socket?.send(frame)) })
      case 'set-timer':
        return this.#setTimer(effect)
      case 'clear-timer':
        return this.#clearTimer(effect.timer)
      case 'apply':
        return this.#owner.apply(effect)
      case 'fetch-snapshot':
        return void this.#fetchSnapshot()
    }
  }

  #connect(fresh: boolean): void {
    this.#disconnect()
    try {
      const listener: SocketListener = {
        opened: (over) => {
          this.over = over ?? null
          this.step({ type: 'opened' })
        },
        received: (frame) => this.#received(frame),
        closed: (error) => {
          if (error !== undefined) this.#owner.report(error)
          this.step({ type: 'closed' })
        },
      }
      this.#socket = this.#transport.connect(listener, { fresh })
    } catch (error) {
      this.#owner.report(error)
      this.step({ type: 'closed' })
    }
  }

  #disconnect(): void {
    this.#socket?.close()
    this.#socket = undefined
    this.over = null
    this.#fetch?.abort()
    this.#fetch = undefined
  }

  #received(frame: string): void {
    try {
      this.step({ type: 'received', message: decodeServerFrame(frame) })
    } catch (error) {
      if (!(error instanceof SavepointError)) throw error
      // What cannot be read may be a broken line or a broken server: start over, with backoff.
      this.#owner.report(error)
      this.step({ type: 'closed' })
    }
  }

  #setTimer({ timer, ms, jitter, after = 0 }: Effect<'set-timer'>): void {
    this.#clearTimer(timer)
    const delay = after + (jitter ? ms * (0.5 + this.#scheduler.random() / 2) : ms)
    if (timer === 'retry') this.nextTryAt = Math.round(this.#scheduler.now() + delay)
    const cancel = this.#scheduler.after(delay, () => {
      this.#timers.delete(timer)
      this.step({ type: 'timer', timer })
    })
    this.#timers.set(timer, cancel)
  }

  #clearTimer(timer: ClientTimer): void {
    this.#timers.get(timer)?.()
    this.#timers.delete(timer)
  }

  async #fetchSnapshot(): Promise<void> {
    this.#fetch?.abort()
    const fetch = new AbortController()
    this.#fetch = fetch
    let silence = () => {}
    const progress = (bytes?: number, ofBytes?: number) => {
      silence()
      if (fetch.signal.aborted) return
      silence = this.#scheduler.after(FETCH_SILENCE_MS_MAX, () => fetch.abort(SILENT))
      if (bytes !== undefined && ofBytes !== undefined) this.#progressed({ bytes, ofBytes })
    }
    try {
      progress()
      const snapshot = await this.#transfer(fetch.signal, progress)
      if (fetch.signal.aborted) return
      this.#owner.stage(snapshot)
      this.step({ type: 'fetched', base: { epoch: snapshot.epoch, version: snapshot.version } })
    } catch (error) {
      if (fetch.signal.aborted && fetch.signal.reason !== SILENT) return
      this.#owner.report(error)
      if (error instanceof SavepointError) {
        const { code, message, retryAfterMs } = error
        this.step({ type: 'received', message: { type: 'refusal', code, message, retryAfterMs } })
      } else this.step({ type: 'fetch-failed' })
    } finally {
      silence()
      if (this.#fetch === fetch) this.download = null
    }
  }

  #transfer(signal: AbortSignal, progress: Progress): Promise<Snapshot | ReceivedSnapshot> {
    const { receiveSnapshot } = this.#transport
    const sink = receiveSnapshot === undefined ? undefined : this.#owner.receive()
    if (receiveSnapshot === undefined || sink === undefined) return this.#transport.fetchSnapshot(signal, progress)
    return receiveSnapshot.call(this.#transport, signal, progress, sink)
  }

  /** Told in steps of a hundredth: who shows it needs no more. */
  #progressed(download: Download): void {
    const { bytes, ofBytes } = download
    const before = this.download
    if (before !== null && bytes < ofBytes && bytes - before.bytes < ofBytes / 100) return
    this.download = download
    this.#owner.changed(this.state)
  }
}

const SILENT = new Error(`No more of the snapshot came for ${FETCH_SILENCE_MS_MAX / 1000} s. It is asked for again.`)
