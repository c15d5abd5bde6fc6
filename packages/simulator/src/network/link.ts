import { type Random, randomOf } from '../random.ts'
import { NETWORK_PROFILES } from '../scenario/network-profiles.ts'
import type { LinkPlan } from '../scenario/scenario.ts'
import { drawLatency } from './latency.ts'
import { drawSilences, type SilenceEnd } from './silence.ts'

/** Whose line, which way, and which connection over it: each has chance of its own. */
interface LinkPlace {
  readonly seed: string
  readonly client: string
  readonly direction: 'up' | 'down'
  /** From 1. */
  readonly connection: number
}

/** Why nothing arrives for a while: the network lets nothing pass, or the receiver does not read. */
export type Obstacle = 'partition' | 'slow-reader'

/** The first timeout after which TCP sends again, on Linux; it doubles with each try (RFC 6298). */
const RETRANSMISSION_MS = 200

/** Tries that are lost in a row, so that a frame is late by a quarter of a minute at most. */
const RETRANSMISSIONS_MAX = 6

/** What is repeated late comes up to so many milliseconds after it has come first: as often after one as after a thousand. */
const LATE_MS_MAX = 4000

interface UnderWay<F> {
  readonly frame: F
  readonly bytes: number
  readonly latency: number
  readonly isRepeat: boolean
  /** Of a repeat that others may overtake: what it repeats, and by how much it is later. */
  readonly late?: { readonly than: UnderWay<F>; readonly byMs: number }
  /** When its last byte has left the sender. */
  departs: number
  arrives: number
}

/**
 * One direction of one connection, as TCP makes it: frames arrive in order and whole, late rather than never, as long as the
 * connection stands. What repeats them is behind TCP, a proxy, and may do so out of order. The link decides when; the caller asks
 * for {@link nextAt} after each call, wakes up then and takes what is there. Times are virtual milliseconds.
 */
export class Link<F> {
  readonly #loss: number
  readonly #duplicate: number
  readonly #bytesPerMs: number
  readonly #silenceEnd: SilenceEnd
  readonly #latency: () => number
  readonly #repeatLatency: () => number
  // A stream each: what one draws does not depend on whether another is in use.
  readonly #lossRandom: Random
  readonly #duplicateRandom: Random
  readonly #lateRandom: () => Random
  /** By arrival. */
  #underWay: UnderWay<F>[] = []
  /** When the sender's line is free again. */
  #freeAt = 0
  #lastArrival = 0
  #isLost = false
  #lostBytes = 0
  readonly #obstacles = { partition: 0, 'slow-reader': 0 }
  #partitionedAt = 0
  /** True while all that is sent comes once more, behind what is sent after it. */
  repeatsLate = false

  constructor(plan: LinkPlan, { seed, client, direction, connection }: LinkPlace) {
    const profile = typeof plan.latency === 'object' && 'profile' in plan.latency ? NETWORK_PROFILES[plan.latency.profile] : undefined
    this.#loss = plan.loss ?? profile?.loss ?? 0
    this.#duplicate = plan.duplicate ?? 0
    this.#bytesPerMs = (plan.bytesPerSecond ?? profile?.bytesPerSecond[direction] ?? Number.POSITIVE_INFINITY) / 1000
    const key = `link/${client}/${direction}/${connection}`
    const random = randomOf(seed, `${key}/latency`)
    this.#latency = () => drawLatency(plan.latency, random)
    this.#lossRandom = randomOf(seed, `${key}/loss`)
    this.#duplicateRandom = randomOf(seed, `${key}/duplicate`)
    let late: Random | undefined
    this.#lateRandom = () => {
      late ??= randomOf(seed, `${key}/late`)
      return late
    }
    this.#repeatLatency = () => drawLatency(plan.latency, this.#duplicateRandom)
    // In a tunnel both directions are silent, and a new connection is so too.
    this.#silenceEnd = profile?.silence ? drawSilences(profile.silence, randomOf(seed, `silence/${client}`)) : (at) => at
  }

  /** False if the frame is lost, since the line is. */
  send(now: number, bytes: number, frame: F): boolean {
    if (this.#isLost) {
      this.#lostBytes += bytes
      return false
    }
    const departs = this.#depart(now, bytes)
    const latency = this.#latency() + this.#retransmissions()
    const arrives = this.#arrive(departs + latency)
    const sent: UnderWay<F> = { frame, bytes, latency, isRepeat: false, departs, arrives }
    this.#add(sent)
    if (this.#duplicateRandom.chance(this.#duplicate)) {
      const later = this.#repeatLatency()
      this.#add({ frame, bytes: 0, latency: latency + later, isRepeat: true, departs, arrives: this.#arrive(arrives + later) })
    }
    if (this.repeatsLate) {
      const late = { than: sent, byMs: Math.round(LATE_MS_MAX ** this.#lateRandom().next()) }
      this.#add({ frame, bytes: 0, latency, isRepeat: true, late, departs, arrives: arrives + late.byMs })
    }
    return true
  }

  /** When the next frame arrives; infinity if none does as things stand. */
  get nextAt(): number {
    if (this.#obstacles.partition > 0 || this.#obstacles['slow-reader'] > 0) return Number.POSITIVE_INFINITY
    return this.#underWay[0]?.arrives ?? Number.POSITIVE_INFINITY
  }

  /** Takes what has arrived by now, in order. A frame that arrives twice is there twice. */
  take(now: number): F[] {
    const frames: F[] = []
    while (this.nextAt <= now) {
      const [first] = this.#underWay.splice(0, 1)
      if (first) frames.push(first.frame)
    }
    return frames
  }

  /** From now on there is one more obstacle of this kind. */
  hold(now: number, obstacle: Obstacle): void {
    if (obstacle === 'partition' && this.#obstacles.partition === 0) this.#partitionedAt = now
    this.#obstacles[obstacle]++
  }

  /** An obstacle goes. After the last partition all that had not arrived is sent again; what was not read is there at once. */
  release(now: number, obstacle: Obstacle): void {
    if (this.#obstacles[obstacle] === 0) return
    this.#obstacles[obstacle]--
    if (this.#obstacles[obstacle] > 0) return
    this.#lastArrival = now
    if (obstacle === 'partition') this.#freeAt = now
    for (const one of this.#underWay) {
      if (one.late !== undefined) {
        one.arrives = Math.max(now, one.late.than.arrives + one.late.byMs)
        continue
      }
      if (obstacle === 'partition' && one.arrives > this.#partitionedAt) {
        one.departs = this.#depart(now, one.bytes)
        one.arrives = one.departs + one.latency
      }
      one.arrives = this.#arrive(one.arrives)
    }
    this.#underWay.sort((a, b) => a.arrives - b.arrives)
  }

  /** The line dies, or is closed: what is under way and what is still sent never arrives. Returns what was under way. */
  lose(): F[] {
    const lost = this.#underWay.filter(({ isRepeat }) => !isRepeat)
    this.#isLost = true
    this.#lostBytes += lost.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#underWay = []
    return lost.map(({ frame }) => frame)
  }

  /**
   * Bytes that the sender could not get rid of: a socket's `bufferedAmount`. The buffers that real systems have on the way are
   * left out, so that a sender meets its limits early.
   */
  queuedBytes(now: number): number {
    const { partition, 'slow-reader': unread } = this.#obstacles
    const isStuck = ({ departs, arrives }: UnderWay<F>) => departs > now || unread > 0 || (partition > 0 && arrives > this.#partitionedAt)
    return this.#underWay.filter(isStuck).reduce((sum, { bytes }) => sum + bytes, this.#lostBytes)
  }

  #add(one: UnderWay<F>): void {
    const before = this.#underWay.findLastIndex(({ arrives }) => arrives <= one.arrives)
    this.#underWay.splice(before + 1, 0, one)
  }

  #depart(now: number, bytes: number): number {
    this.#freeAt = this.#silenceEnd(Math.max(now, this.#freeAt)) + bytes / this.#bytesPerMs
    return this.#freeAt
  }

  /** Never before the frame ahead. In thousandths, so that times are legible. */
  #arrive(at: number): number {
    this.#lastArrival = Math.max(this.#lastArrival, Math.ceil(at * 1000) / 1000)
    return this.#lastArrival
  }

  #retransmissions(): number {
    let late = 0
    for (let tries = 0; tries < RETRANSMISSIONS_MAX && this.#lossRandom.chance(this.#loss); tries++) late += RETRANSMISSION_MS * 2 ** tries
    return late
  }
}
