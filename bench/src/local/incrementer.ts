/** Something that counts by name, and tells what a query shows. */
export interface Incrementer {
  add(name: string): void
  /** What a query shows that is asked after all that was added. */
  count(name: string): number | Promise<number>
  close(): Promise<void>
}

/** Whether each increment is waited for, until a query shows it, or all are called at once. */
export type Pace = 'one by one' | 'all at once'

/** What a run of increments took. */
export interface Increments {
  /** From the first call until a query shows the last. */
  readonly ms: number
  /** Milliseconds from each call until a query shows it; of all at once, those of the call alone. */
  readonly times: readonly number[]
}

/** What increments are about, in turn. */
const NAMES = Array.from({ length: 1000 }, (_, i) => `counter-${i}`)

/** Increments before those that count: a worker is new, and its code is not compiled yet. */
const WARMUP_INCREMENTS = 2000

/** Increments so many times. The incrementer is new: each count is compared with what it has to be. */
export async function increment(incrementer: Incrementer, pace: Pace, increments: number): Promise<Increments> {
  const warmups = Math.min(increments, WARMUP_INCREMENTS)
  await incrementFrom(0, warmups, incrementer, pace)
  return await incrementFrom(warmups, increments, incrementer, pace)
}

/** Increments so many times, after the `first` ones that this incrementer has done. */
export async function incrementFrom(first: number, count: number, incrementer: Incrementer, pace: Pace): Promise<Increments> {
  const nameOf = (i: number) => NAMES[i % NAMES.length] as string
  const times: number[] = new Array(count)
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const called = performance.now()
    incrementer.add(nameOf(first + i))
    if (pace === 'one by one') assertCount(await incrementer.count(nameOf(first + i)), first + i)
    times[i] = performance.now() - called
  }
  const last = first + count - 1
  if (pace === 'all at once') assertCount(await incrementer.count(nameOf(last)), last)
  return { ms: performance.now() - start, times }
}

function assertCount(count: number, i: number): void {
  const expected = Math.floor(i / NAMES.length) + 1
  if (count !== expected) throw new Error(`After increment ${i + 1} a query shows ${count} instead of ${expected}.`)
}
