import { expect, expectTypeOf, test } from 'vitest'
import { type SqlQuery, statementOf } from './sql-query.ts'

const rowOf = <Row>(_query: SqlQuery<Row>) => undefined as unknown as Row

test('a text has the parameters that are passed beside it', () => {
  expect(statementOf('SELECT 1', undefined)).toEqual({ sql: 'SELECT 1', params: [] })
  expect(statementOf('SELECT :n', { n: 1 })).toEqual({ sql: 'SELECT :n', params: { n: 1 } })
})

test('a statement and a builder bring theirs', () => {
  const compiled = { sql: 'SELECT ?', parameters: [1] }
  expect(statementOf(compiled, undefined)).toEqual({ sql: 'SELECT ?', params: [1] })
  expect(statementOf({ sql: 'SELECT ?' }, [2])).toEqual({ sql: 'SELECT ?', params: [2] })
  expect(statementOf({ compile: () => compiled, execute: async () => [] }, undefined)).toEqual({ sql: 'SELECT ?', params: [1] })
  const drizzle = { toSQL: () => ({ sql: 'SELECT ?', params: [3] }), execute: async () => [] }
  expect(statementOf(drizzle, undefined)).toEqual({ sql: 'SELECT ?', params: [3] })
})

test('parameters on both sides, and what is no query, are refused', () => {
  expect(() => statementOf({ sql: 'SELECT ?', parameters: [1] }, [2])).toThrow(/parameters of its own/)
  expect(() => statementOf({} as never, undefined)).toThrow(/query builders/)
})

test('the rows of a builder are typed by it', () => {
  const query = { compile: () => ({ sql: '' }), execute: async (): Promise<{ id: number }[]> => [] }
  expectTypeOf(rowOf(query)).toEqualTypeOf<{ id: number }>()
})
