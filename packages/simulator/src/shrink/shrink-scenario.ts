import { scenarioProblems } from '../scenario/check-scenario.ts'
import { encodeScenario } from '../scenario/encode-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { dropActions, dropClients, dropKinds, mergeClients } from './drop.ts'
import type { Edit, Phase } from './edit.ts'
import { dropFields, lowerCounts, shorten, shortenJumps } from './simplify-actions.ts'
import { emptyOthers, halveTexts, lowerNumbers, shortenLists, shortenTexts } from './simplify-args.ts'
import { simplifyClients, simplifyLineParts, simplifyLines, simplifyServer } from './simplify-settings.ts'
import { closeGaps, endEarlier, roundTimes } from './simplify-times.ts'

interface ShrinkLimits {
  /** How often a candidate may be run. */
  readonly runs: number
  /** Asked before each run: whether the time for it is up. */
  shouldStop(): boolean
}

/** What takes the most away comes first: the runs that follow have less to do. */
const PHASES: readonly Phase[] = [
  dropClients,
  dropKinds,
  dropActions,
  simplifyServer,
  simplifyLines,
  simplifyClients,
  mergeClients,
  dropFields,
  lowerCounts,
  shorten,
  shortenJumps,
  closeGaps,
  endEarlier,
  roundTimes,
  shortenLists,
  shortenTexts,
  halveTexts,
  lowerNumbers,
  emptyOthers,
  simplifyLineParts,
]

/**
 * Cuts a failing scenario down to the fewest clients and actions and the simplest settings that it finds to fail still: each
 * change is tried together with others like it, then with fewer (after Zeller and Hildebrandt, Simplifying and Isolating
 * Failure-Inducing Input, 2002), until none helps. Arguments are made simpler where the actions have them; `pinArgs` puts
 * them there. The same scenario and answers lead to the same result.
 *
 * @param fails says whether a candidate fails in the same way. The scenario itself is taken to.
 */
export async function shrinkScenario(
  scenario: Scenario,
  fails: (candidate: Scenario) => Promise<boolean>,
  limits: ShrinkLimits,
): Promise<{ readonly scenario: Scenario; readonly runs: number }> {
  const tried = new Set([encodeScenario(scenario)])
  let smallest = scenario
  let runs = 0
  let isOver = false

  async function attempt(edits: readonly Edit[]): Promise<boolean> {
    const candidate = edits.reduce((edited, edit) => edit(edited), smallest)
    const text = encodeScenario(candidate)
    if (tried.has(text) || scenarioProblems(candidate).length > 0) return false
    isOver ||= runs >= limits.runs || limits.shouldStop()
    if (isOver) return false
    tried.add(text)
    runs++
    if (!(await fails(candidate))) return false
    smallest = candidate
    return true
  }

  /** Later ones first: what comes after the failure goes at once. */
  async function apply(edits: readonly Edit[]): Promise<boolean> {
    if (edits.length === 0 || isOver) return false
    if (await attempt(edits)) return true
    if (edits.length === 1) return false
    const middle = Math.ceil(edits.length / 2)
    const later = await apply(edits.slice(middle))
    const earlier = await apply(edits.slice(0, middle))
    return later || earlier
  }

  let isLess = true
  while (isLess && !isOver) {
    isLess = false
    for (const phase of PHASES) if (await apply(phase(smallest))) isLess = true
  }
  return { scenario: smallest, runs }
}
