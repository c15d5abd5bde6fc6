import type { ContentQuery, Contents, ContentTable } from './content-query.ts'

/** The first place where two contents differ. Values are JSON texts; a row that only one of them has comes without a column. */
interface ContentDifference {
  readonly table: string
  /** `id "x"`, as one would say it. */
  readonly row: string
  readonly column?: string
  /** Undefined if there is no such row. */
  readonly expected: string | undefined
  readonly found: string | undefined
}

/** Null if both are the same. */
export function contentDifference({ tables }: ContentQuery, expected: Contents, found: Contents): ContentDifference | null {
  for (const [i, table] of tables.entries()) {
    const difference = expected[i] === found[i] ? null : tableDifference(table, rowsOf(expected[i]), rowsOf(found[i]))
    if (difference !== null) return difference
  }
  return null
}

export function sameContents(a: Contents, b: Contents): boolean {
  return a.every((text, i) => text === b[i])
}

/** One sentence for a message. */
export function describeDifference({ table, row, column, expected, found }: ContentDifference): string {
  if (found === undefined) return `${table}: the row with ${row} is missing; it should be ${expected}`
  if (expected === undefined) return `${table}: there is a row with ${row} that should not be there: ${found}`
  return `${table}: the row with ${row} has ${column ?? 'content'} ${found}, expected ${expected}`
}

/** How two runs of one mutation came out, as half a sentence. Rows that only one of them has are held against each other. */
export function describeTwoRuns({ tables }: ContentQuery, first: Contents, second: Contents): string {
  for (const [i, table] of tables.entries()) {
    if (first[i] === second[i]) continue
    const [one, other] = [byKey(table, rowsOf(first[i])), byKey(table, rowsOf(second[i]))]
    for (const [key, row] of one) {
      const again = other.get(key)
      if (again === undefined || again === row) continue
      const { row: name, column, expected, found } = columnDifference(table, row, again)
      return `${table.name}.${column} of the row with ${name} becomes ${expected}, and then ${found}`
    }
    const [lost, added] = [[...one].find(([key]) => !other.has(key)), [...other].find(([key]) => !one.has(key))]
    if (lost !== undefined && added !== undefined) {
      const { column, expected, found } = columnDifference(table, lost[1], added[1])
      return `${table.name}.${column} of one of its rows becomes ${expected}, and then ${found}`
    }
    const only = lost ?? added
    if (only !== undefined) return `${table.name} has a row with ${nameOf(table, only[1])} after one run, and not after the other`
  }
  return 'the contents differ'
}

function tableDifference(table: ContentTable, expected: readonly string[], found: readonly string[]): ContentDifference | null {
  const [wanted, got] = [byKey(table, expected), byKey(table, found)]
  const missing = [...wanted.keys()].filter((key) => !got.has(key))
  const extra = [...got.keys()].filter((key) => !wanted.has(key))
  for (const [key, row] of wanted) {
    const other = got.get(key)
    if (other !== undefined && other !== row) return columnDifference(table, row, other)
  }
  const [lost, added] = [missing[0], extra[0]]
  if (lost !== undefined)
    return { table: table.name, row: nameOf(table, wanted.get(lost) ?? ''), expected: wanted.get(lost), found: undefined }
  if (added !== undefined)
    return { table: table.name, row: nameOf(table, got.get(added) ?? ''), expected: undefined, found: got.get(added) }
  return null
}

function columnDifference(table: ContentTable, expected: string, found: string): ContentDifference {
  const [wanted, got] = [elements(expected), elements(found)]
  const at = wanted.findIndex((value, i) => value !== got[i])
  return { table: table.name, row: nameOf(table, expected), column: table.columns[at] ?? '?', expected: wanted[at], found: got[at] }
}

function byKey(table: ContentTable, rows: readonly string[]): Map<string, string> {
  return new Map(rows.map((row) => [keyOf(table, row).join(), row]))
}

function keyOf(table: ContentTable, row: string): string[] {
  const values = elements(row)
  return table.key.map((i) => values[i] ?? '')
}

function nameOf(table: ContentTable, row: string): string {
  return keyOf(table, row)
    .map((value, i) => `${table.columns[table.key[i] ?? 0]} ${value}`)
    .join(', ')
}

function rowsOf(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split('\n')
}

/** The elements of a JSON array as texts: whole numbers beyond 2^53 stay as they are. */
function elements(array: string): string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  let inText = false
  for (let i = 0; i < array.length; i++) {
    const letter = array[i]
    if (inText) {
      if (letter === '\\') i++
      else if (letter === '"') inText = false
    } else if (letter === '"') inText = true
    else if (letter === '[') {
      if (depth++ === 0) start = i + 1
    } else if ((letter === ',' && depth === 1) || (letter === ']' && --depth === 0)) {
      found.push(array.slice(start, i))
      start = i + 1
    }
  }
  return found
}
