import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WaSqliteModule } from '../wa-sqlite.ts'
import { journeyappsModule } from './engines.contract.ts'
import { isBlankSql, isExplain, mayChangeSchema, parameterNames } from './sql-text.ts'

test('parameters are numbered as SQLite numbers them', () => {
  expect(parameterNames('SELECT ?, ?')).toEqual([null, null])
  expect(parameterNames('SELECT ?3, ?')).toEqual([null, null, '?3', null])
  expect(parameterNames('SELECT ?, ?1')).toEqual(['?1'])
  expect(parameterNames('SELECT :a, @a, $a, #a, :a')).toEqual([':a', '@a', '$a', '#a'])
  expect(parameterNames(`SELECT ':a', "?", [@b], \`$c\`, 'it''s :d', a$e -- ?\n, /* :f */ 1, x'00', ?`)).toEqual([null])
})

const fragments = [
  '?',
  '?2',
  '?07',
  ':a',
  ':b1',
  '@a',
  '$a',
  '#a',
  ':é',
  "':x'",
  "'it''s ?'",
  '/* :c */ 1',
  '1 -- :d\n',
  '1.5e3',
  "x'3a'",
  '- 1',
  '(?)',
  '/*/ :z */2',
]

test('SQLite agrees, whatever the statement', async () => {
  const module = await journeyappsModule()
  const sqliteNames = openForNames(module)
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(',', ', ', '||', '\n, '),
      (parts, joint) => {
        const sql = `SELECT ${parts.join(joint)}`
        const expected = sqliteNames(sql)
        if (expected) expect(parameterNames(sql)).toEqual(expected)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('blank text, what explains, and what may change columns', () => {
  expect(['', ' ;\n', '-- a\n/* b */;', '/* open'].map(isBlankSql)).toEqual([true, true, true, true])
  expect(['SELECT 1', '-- a\nx', '/* a */ 1'].map(isBlankSql)).toEqual([false, false, false])
  expect(['/* a */ EXPLAIN QUERY PLAN SELECT 1', 'explain select 1', 'SELECT 1'].map(isExplain)).toEqual([true, true, false])
  expect(['-- a\nselect 1', 'INSERT INTO t', 'savepoint s', 'COMMIT', 'with x'].map(mayChangeSchema)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
  expect(['ALTER TABLE t', 'rollback', '/* a */ drop', 'PRAGMA x', 'beginning'].map(mayChangeSchema)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ])
})

/** The names as `sqlite3_bind_parameter_name` tells them, or undefined if the SQL does not prepare. */
function openForNames(module: WaSqliteModule): (sql: string) => (string | null)[] | undefined {
  const memory = module._malloc(4_096)
  const out = module._malloc(8)
  const write = (text: string) => {
    module.HEAPU8.set(new TextEncoder().encode(`${text}\0`), memory)
    return memory
  }
  const read = (at: number) => new TextDecoder().decode(module.HEAPU8.slice(at, module.HEAPU8.indexOf(0, at)))
  module._sqlite3_open_v2(write(':memory:'), out, 6, 0)
  const db = module.HEAP32[out >> 2] as number
  return (sql) => {
    if (module._sqlite3_prepare_v2(db, write(sql), -1, out, 0) !== 0) return undefined
    const statement = module.HEAP32[out >> 2] as number
    const names: (string | null)[] = []
    for (let i = 1; i <= module._sqlite3_bind_parameter_count(statement); i++) {
      const name = module._sqlite3_bind_parameter_name(statement, i)
      names.push(name === 0 ? null : read(name))
    }
    module._sqlite3_finalize(statement)
    return names
  }
}
