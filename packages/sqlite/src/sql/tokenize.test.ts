import { expect, test } from 'vitest'
import { isIdentifier, isWord, tokenize } from './tokenize.ts'

const kinds = (sql: string) => tokenize(sql).map((token) => `${token.kind} ${token.value}`)

test('names, numbers, parameters and punctuation', () => {
  expect(kinds('SELECT a.b, 1, .5, 0x1F, 1e-3, 1_000 FROM t WHERE x->>? = :id AND y <= ?12')).toStrictEqual([
    'name SELECT',
    'name a',
    'punctuation .',
    'name b',
    'punctuation ,',
    'number 1',
    'punctuation ,',
    'number .5',
    'punctuation ,',
    'number 0x1F',
    'punctuation ,',
    'number 1e-3',
    'punctuation ,',
    'number 1_000',
    'name FROM',
    'name t',
    'name WHERE',
    'name x',
    'punctuation ->>',
    'parameter ?',
    'punctuation =',
    'parameter :id',
    'name AND',
    'name y',
    'punctuation <=',
    'parameter ?12',
  ])
})

test('all three quotes of an identifier, and strings, lose their quotes', () => {
  expect(kinds('"a""b" `c``d` [e"f] \'g\'\'h\'')).toStrictEqual(['quoted a"b', 'quoted c`d', 'quoted e"f', "string g'h"])
})

test('comments end where SQLite ends them', () => {
  expect(kinds('a -- b\nc /* d */ e /*/ f */ g /* to the end')).toStrictEqual(['name a', 'name c', 'name e', 'name g'])
  expect(kinds("'-- no' /* ' */ b")).toStrictEqual(['string -- no', 'name b'])
})

test('blobs are told from names', () => {
  expect(kinds("x'00ff' X'' x y'a'")).toStrictEqual(["blob x'00ff'", "blob X''", 'name x', 'name y', 'string a'])
  expect(kinds("x'0' x'zz'")).toStrictEqual(["illegal x'0'", "illegal x'zz'"])
})

test('names may hold any character beyond ASCII', () => {
  expect(kinds('größe \u00A0a 名前$1')).toStrictEqual(['name größe', 'name \u00A0a', 'name 名前$1'])
  expect(kinds('\uFEFFselect')).toStrictEqual(['name select'])
})

test.each(["'open", '"open', '[open', '`open', '1abc', '0x', '!', '\0', '{', '$', '$a(b', '$a::b', '\v'])('%j is illegal', (sql) => {
  expect(tokenize(sql)[0]?.kind).toBe('illegal')
})

test('words are told by their unquoted form only', () => {
  const [word, quoted, string, number] = tokenize('Insert "insert" \'insert\' 1')
  expect([word, quoted, string, undefined].map((token) => isWord(token, 'insert'))).toStrictEqual([true, false, false, false])
  expect([word, quoted, string, number, undefined].map((token) => isIdentifier(token))).toStrictEqual([true, true, true, false, false])
})
