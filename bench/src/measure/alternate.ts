import { type Stats, statsOf } from './stats.ts'

/** One round of a variant: it does its work and returns its figure. */
export type Variant = () => number | Promise<number>

/** The figures of variants that were run in turn, round by round. */
export class Alternated<Name extends string> {
  readonly #samples: { readonly [name in Name]: readonly number[] }

  constructor(samples: { readonly [name in Name]: readonly number[] }) {
    this.#samples = samples
  }

  of(name: Name): Stats {
    return statsOf(this.#samples[name])
  }

  /** `name` over `base`, taken within each round, so that a busy machine troubles both alike. */
  ratio(name: Name, base: Name): Stats {
    return statsOf(this.#samples[name].map((sample, round) => sample / (this.#samples[base][round] as number)))
  }
}

/** Runs variants in turn: first unmeasured rounds, then those that count. Each round starts with another variant. */
export async function alternate<Name extends string>(
  { rounds, warmups }: { readonly rounds: number; readonly warmups: number },
  variants: { readonly [name in Name]: Variant },
): Promise<Alternated<Name>> {
  const names = Object.keys(variants) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as { [name in Name]: number[] }
  for (let round = -warmups; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round + warmups) % names.length] as Name
      const sample = await variants[name]()
      if (round >= 0) samples[name].push(sample)
    }
  }
  return new Alternated(samples)
}
