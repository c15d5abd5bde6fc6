/**
 * - `name`: an unquoted identifier or a keyword.
 * - `quoted`: an identifier in `"…"`, `` `…` `` or `[…]`.
 * - `string`: text in `'…'`; SQLite takes it for an identifier where only one can stand.
 * - `illegal`: what SQLite refuses to read, or what its builds read in different ways.
 */
type TokenKind = 'name' | 'quoted' | 'string' | 'number' | 'blob' | 'parameter' | 'punctuation' | 'illegal'

export interface Token {
  readonly kind: TokenKind
  /** As written. */
  readonly text: string
  /** An identifier or a string without its quotes, else the same as `text`. */
  readonly value: string
}

const SPACE = /[ \t\n\f\r][ \t\n\v\f\r]*|\uFEFF|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const NAME_START = /[A-Za-z_\u0080-\uFFFF]/
const NAME_PART = /[A-Za-z0-9_$\u0080-\uFFFF]/
const NAME = /[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_$\u0080-\uFFFF]*/y
const STRING = /'(?:[^']|'')*'/y
const BLOB = /[xX]'[^']*'/y
const QUOTED = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/y
const NUMBER = /0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?/y
const PARAMETER = /\?[0-9]*|[:@$#][A-Za-z0-9_$\u0080-\uFFFF]+/y
const PUNCTUATION = /->>|->|\|\||<<|>>|<>|<=|>=|!=|==|[-+*/%=<>&|~,();.]/y

/**
 * Splits SQL into the tokens that SQLite would see, without spaces and comments. It never throws: what is no token
 * becomes one of kind `illegal`, and reading goes on behind it.
 *
 * Source: SQLite's `tokenize.c`, whose rules it follows. TCL-style parameters (`$a(b)`, `$a::b`) are illegal here, as
 * only some builds read them.
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    const space = matchAt(SPACE, sql, at)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const token = tokenAt(sql, at)
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

/** True if the token is this keyword or unquoted name; `word` in lower case. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token !== undefined && token.kind === 'name' && token.text.length === word.length && token.text.toLowerCase() === word
}

/** True if the token can stand for the name of a table, column or function. */
export function isIdentifier(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'name' || token.kind === 'quoted' || token.kind === 'string')
}

function tokenAt(sql: string, at: number): Token {
  const first = sql.charAt(at)
  const blob = matchAt(BLOB, sql, at)
  if (blob !== undefined) {
    const digits = blob.slice(2, -1)
    return plain(digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits) ? 'blob' : 'illegal', blob)
  }
  if (NAME_START.test(first)) return plain('name', matchAt(NAME, sql, at) ?? first)
  if (first === "'") return quotedToken('string', matchAt(STRING, sql, at), sql, at)
  if (first === '"' || first === '`' || first === '[') return quotedToken('quoted', matchAt(QUOTED, sql, at), sql, at)
  const number = matchAt(NUMBER, sql, at)
  if (number !== undefined) return numberToken(number, sql, at)
  const parameter = matchAt(PARAMETER, sql, at)
  if (parameter !== undefined) return parameterToken(parameter, sql, at)
  const punctuation = matchAt(PUNCTUATION, sql, at)
  return punctuation === undefined ? plain('illegal', first) : plain('punctuation', punctuation)
}

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0]
}

function plain(kind: TokenKind, text: string): Token {
  return { kind, text, value: text }
}

/** An unterminated quote takes the rest of the text with it. */
function quotedToken(kind: 'string' | 'quoted', text: string | undefined, sql: string, at: number): Token {
  if (text === undefined) return plain('illegal', sql.slice(at))
  const quote = text.charAt(0)
  const inner = text.slice(1, -1)
  return { kind, text, value: quote === '[' ? inner : inner.replaceAll(quote + quote, quote) }
}

/** `1abc` is one illegal token, not a number and a name. */
function numberToken(text: string, sql: string, at: number): Token {
  let end = at + text.length
  if (!NAME_PART.test(sql.charAt(end))) return plain('number', text)
  while (NAME_PART.test(sql.charAt(end))) end++
  return plain('illegal', sql.slice(at, end))
}

function parameterToken(text: string, sql: string, at: number): Token {
  const next = sql.charAt(at + text.length)
  const tcl = text.charAt(0) !== '?' && (next === '(' || (next === ':' && sql.charAt(at + text.length + 1) === ':'))
  return plain(tcl ? 'illegal' : 'parameter', text)
}
