import type { RoomWorld } from '../room/room-engine.ts'

/** A world whose clocks stand still until they are moved, and whose IDs are counted. */
export class TestWorld implements RoomWorld {
  time = 1_700_000_000_000
  #elapsed = 0
  #ids = 0

  now(): number {
    return this.time
  }

  elapsed(): number {
    return this.#elapsed
  }

  id(): string {
    return `id-${++this.#ids}`
  }

  schedule(task: () => void): void {
    setImmediate(task)
  }

  advance(ms: number): void {
    this.time += ms
    this.#elapsed += ms
  }
}
