import { isWord, type Token } from '../sql/tokenize.ts'
import { writeTargets } from '../sql/write-targets.ts'
import { type CreateTriggerFacts, parseCreateTrigger } from './parse-create-trigger.ts'
import type { TableTrigger } from './synced-table.ts'

/** A row of `sqlite_schema` for a trigger. */
export interface StoredTrigger {
  readonly name: string
  readonly table: string
  readonly sql: string
}

/** What the check has to know of the rest of the database. All names in lower case. */
interface TriggerContext {
  readonly derived: ReadonlySet<string>
  readonly views: ReadonlySet<string>
  /** For a table, the names of its key if that is one column: `rowid` and its like among them. */
  readonly singleKeys: ReadonlyMap<string, ReadonlySet<string>>
}

interface Parsed extends StoredTrigger {
  readonly facts: CreateTriggerFacts
}

/**
 * Splits the app's triggers into those that write only derived tables, which fire when a patch is applied, and the others,
 * whose effects are in the patch already. Returns them by table (in lower case), in the order given; adds to `problems` what
 * cannot be split.
 */
export function checkTriggers(stored: readonly StoredTrigger[], context: TriggerContext, problems: string[]): Map<string, TableTrigger[]> {
  const parsed: Parsed[] = stored.map((trigger) => ({ ...trigger, facts: parseCreateTrigger(trigger.sql) }))
  const byTable = new Map<string, TableTrigger[]>()
  for (const trigger of parsed) {
    const kinds = writtenKinds(trigger, parsed, context)
    const derivedOnly = kinds.derived && !kinds.synced
    const table = trigger.table.toLowerCase()
    const problem = placeProblem(trigger, kinds, context) ?? endlessProblem(trigger, context) ?? skipProblem(trigger, parsed, context)
    if (problem !== undefined) problems.push(`trigger ${trigger.name} ${problem}`)
    const list = byTable.get(table) ?? []
    byTable.set(table, list)
    list.push({ name: trigger.name, sql: trigger.sql, derivedOnly })
  }
  return byTable
}

interface Kinds {
  readonly derived: boolean
  readonly synced: boolean
}

/** What a trigger writes; a write to a view is what the view's INSTEAD OF triggers write. */
function writtenKinds(trigger: Parsed, all: readonly Parsed[], context: TriggerContext, seen = new Set<Parsed>()): Kinds {
  let derived = false
  let synced = false
  seen.add(trigger)
  for (const { table } of trigger.facts.writes) {
    const name = table.toLowerCase()
    if (context.derived.has(name)) derived = true
    else if (!context.views.has(name)) synced = true
    else {
      for (const other of all) {
        if (other.table.toLowerCase() !== name || seen.has(other)) continue
        const inner = writtenKinds(other, all, context, seen)
        derived ||= inner.derived
        synced ||= inner.synced
      }
    }
  }
  return { derived, synced }
}

function placeProblem(trigger: Parsed, kinds: Kinds, context: TriggerContext): string | undefined {
  const table = trigger.table.toLowerCase()
  if (trigger.facts.writes.some((write) => write.table.toLowerCase() === 'sqlite_sequence')) {
    return 'writes sqlite_sequence, which is SQLite’s own: take that out, as a counter at its end would fail like a full disk'
  }
  if (context.derived.has(table)) {
    return kinds.synced
      ? `on the derived table ${trigger.table} writes a synced table: derived tables are rebuilt on each side, so they may write derived tables only`
      : undefined
  }
  if (!kinds.derived) return undefined
  if (kinds.synced)
    return 'writes both synced and derived tables: split it into two triggers, as only what writes derived tables fires when changes from elsewhere are applied'
  if (context.views.has(table))
    return `on the view ${trigger.table} writes a derived table: changes from elsewhere do not pass through views, so write it from a trigger on the synced table`
  if (trigger.facts.raises.length > 0)
    return 'writes a derived table and calls RAISE: move the RAISE to a trigger of its own, as a row from elsewhere cannot be refused any more'
  return undefined
}

/**
 * Triggers are recursive here, or the rows that REPLACE takes away would go unseen. One that updates again the very row it
 * fired for, and nothing else stops it, would never end.
 */
function endlessProblem(trigger: Parsed, context: TriggerContext): string | undefined {
  const { facts } = trigger
  const table = trigger.table.toLowerCase()
  if (facts.event !== 'update' || facts.timing === 'instead of' || facts.hasWhen) return undefined
  const endless = facts.statements.some((statement) => {
    const target = isWord(statement[0], 'update') ? writeTargets(statement)[0]?.table.toLowerCase() : undefined
    return target === table && setsColumnOf(statement, facts.updateOf) && isSameRow(statement, context.singleKeys.get(table))
  })
  if (!endless) return undefined
  return `on ${trigger.table} updates the row it fired for and so calls itself without end, as triggers are recursive here: add a WHEN that is false the second time (WHEN NEW.x IS OLD.x), or name in UPDATE OF the columns that it does not set`
}

/** RAISE(IGNORE) after a row was written skips the triggers behind it, and one that writes a derived table may be among them. */
function skipProblem(trigger: Parsed, all: readonly Parsed[], context: TriggerContext): string | undefined {
  if (trigger.facts.timing !== 'after' || !trigger.facts.raises.includes('ignore')) return undefined
  const table = trigger.table.toLowerCase()
  const skipped = all.find(
    (other) => other.table.toLowerCase() === table && other.facts.writes.some((write) => context.derived.has(write.table.toLowerCase())),
  )
  return (
    skipped &&
    `on ${trigger.table} calls RAISE(IGNORE) after the row was written, which may skip trigger ${skipped.name} and leave its derived table behind: make it a BEFORE trigger`
  )
}

/** True if the UPDATE sets a column that the trigger waits for. */
function setsColumnOf(statement: readonly Token[], updateOf: readonly string[] | undefined): boolean {
  if (updateOf === undefined) return true
  const set = statement.findIndex((token) => isWord(token, 'set'))
  return statement.some(
    (token, at) =>
      at > set &&
      statement[at + 1]?.text === '=' &&
      (at === set + 1 || statement[at - 1]?.text === ',') &&
      updateOf.includes(token.value.toLowerCase()),
  )
}

/** True if the UPDATE has no WHERE, or one that is just `key = NEW.key`. */
function isSameRow(statement: readonly Token[], keys: ReadonlySet<string> | undefined): boolean {
  const where = statement.findIndex((token) => isWord(token, 'where'))
  if (where < 0) return true
  const words = statement.slice(where + 1).map((token) => token.value.toLowerCase())
  const equals = words.findIndex((word) => word === '=' || word === '==' || word === 'is')
  if (equals < 0 || keys === undefined) return false
  const [left, right] = [words.slice(0, equals), words.slice(equals + 1)]
  const isRow = (side: readonly string[]) =>
    side.length === 3 && (side[0] === 'new' || side[0] === 'old') && side[1] === '.' && keys.has(side[2] ?? '')
  const isKey = (side: readonly string[]) =>
    keys.has(side.at(-1) ?? '') && (side.length === 1 || (side.length === 3 && side[1] === '.' && side[0] !== 'new' && side[0] !== 'old'))
  return (isRow(left) && isKey(right)) || (isKey(left) && isRow(right))
}
