import type { VirtualTime } from '../time/virtual-time.ts'
import type { Link, Obstacle } from './link.ts'

/** What becomes of something that was sent: it arrives, perhaps more than once, or is lost. */
export interface Parcel {
  deliver(): void
  lose(why: string): void
}

/** One direction of one connection on virtual time: hands over what the link says has arrived. */
export class Channel {
  readonly #time: VirtualTime
  readonly #link: Link<Parcel>
  #armedAt = Number.POSITIVE_INFINITY
  #disarm = () => {}

  constructor(time: VirtualTime, link: Link<Parcel>) {
    this.#time = time
    this.#link = link
  }

  /** Bytes that the sender could not get rid of. */
  get queuedBytes(): number {
    return this.#link.queuedBytes(this.#time.now)
  }

  send(bytes: number, parcel: Parcel): void {
    if (this.#link.send(this.#time.now, bytes, parcel)) this.#arm()
    else parcel.lose('the line is dead')
  }

  /** Sends a sign of the connection itself, which is heeded once however often it arrives. */
  signal(bytes: number, heed: () => void, lost: () => void = () => {}): void {
    let heeded = false
    const deliver = () => {
      if (heeded) return
      heeded = true
      heed()
    }
    this.send(bytes, { deliver, lose: lost })
  }

  set repeatsLate(value: boolean) {
    this.#link.repeatsLate = value
  }

  hold(obstacle: Obstacle): void {
    this.#link.hold(this.#time.now, obstacle)
    this.#arm()
  }

  release(obstacle: Obstacle): void {
    this.#link.release(this.#time.now, obstacle)
    this.#arm()
  }

  /** Nothing arrives any more, what is under way included. */
  die(why: string): void {
    for (const parcel of this.#link.lose()) parcel.lose(why)
    this.#arm()
  }

  #arm(): void {
    const at = this.#link.nextAt
    if (at === this.#armedAt) return
    this.#disarm()
    this.#armedAt = at
    this.#disarm = at === Number.POSITIVE_INFINITY ? () => {} : this.#time.at(at, () => this.#arrived())
  }

  #arrived(): void {
    this.#armedAt = Number.POSITIVE_INFINITY
    for (const parcel of this.#link.take(this.#time.now)) parcel.deliver()
    this.#arm()
  }
}
