import type { BenchContext } from '../bench.ts'

/** Works that take turns, and how many times as much as another one each may cost. */
export interface Contest<Name extends string = string> {
  readonly name: string
  /** So many that the median stands still while the machine has other work to do. */
  readonly rounds: number
  readonly bounds: readonly Bound<Name>[]
  open(context: BenchContext): Promise<Contestants<Name>>
}

/** A ratio that must not grow. */
interface Bound<Name extends string = string> {
  readonly work: Name
  readonly floor: Name
  /** Both in words, for the report. */
  readonly what: string
  readonly against: string
  /** The ratio on a machine at rest when it was last written down. */
  readonly atRest: number
}

interface Contestants<Name extends string = string> {
  /** One round of each work. Returns the CPU milliseconds of the same part of it, whoever does it. */
  readonly variants: { readonly [name in Name]: () => Promise<number> }
  close(): void | Promise<void>
}
