import type { BasePosition } from '@savepoint/core'
import type { ApplyEffect } from './local-state.ts'

/** @throws Error if one of the pokes does not start where the base, or the one before it, ends. */
export function assertFollows(effects: readonly ApplyEffect[], position: BasePosition | null): void {
  let at = position?.version
  for (const { poke } of effects) {
    if (poke.from !== at)
      throw new Error(`Changes from version ${poke.from} do not follow version ${at}. They were not applied, and are asked for again.`)
    at = poke.to
  }
}
