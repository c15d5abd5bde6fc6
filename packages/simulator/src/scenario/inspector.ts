/** Looks at a value from outside, and writes down what is wrong with it: where, what it is, and what it should be. */
export class Inspector {
  readonly problems: string[] = []

  report(path: string, problem: string): void {
    this.problems.push(`${path}: ${problem}`)
  }

  /** The fields of an object, if it is one. Fields that nobody knows are typing errors. */
  object(path: string, value: unknown, fields: readonly string[]): { readonly [field: string]: unknown } | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.report(path, `${show(value)} is not an object`)
      return undefined
    }
    for (const field of Object.keys(value))
      if (!fields.includes(field)) this.report(join(path, field), `there is no such field; there are ${fields.join(', ')}`)
    return value as { readonly [field: string]: unknown }
  }

  list(path: string, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value
    this.report(path, `${show(value)} is not a list`)
    return []
  }

  /** True if it is a number within these bounds. */
  number(path: string, value: unknown, { min, max, whole = false }: { min?: number; max?: number; whole?: boolean } = {}): value is number {
    let problem: string | undefined
    if (typeof value !== 'number' || !Number.isFinite(value)) problem = 'is not a number'
    else if (whole && !Number.isSafeInteger(value)) problem = 'is not a whole number'
    else if (min !== undefined && value < min) problem = min === 0 ? 'is negative' : `is below ${min}`
    else if (max !== undefined && value > max) problem = `is above ${max}`
    if (problem) this.report(path, `${show(value)} ${problem}`)
    return problem === undefined
  }

  boolean(path: string, value: unknown): void {
    if (typeof value !== 'boolean') this.report(path, `${show(value)} is neither true nor false`)
  }

  text(path: string, value: unknown): value is string {
    const isText = typeof value === 'string' && value !== ''
    if (!isText) this.report(path, value === '' ? 'it is empty' : `${show(value)} is not a text`)
    return isText
  }

  oneOf(path: string, value: unknown, known: readonly string[], what: string): boolean {
    const isKnown = typeof value === 'string' && known.includes(value)
    if (!isKnown) this.report(path, `there is no ${what} ${show(value)}; there are ${known.join(', ') || 'none'}`)
    return isKnown
  }
}

export function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`
}

/** A value as a message shows it, cut to a legible length. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol' || typeof value === 'bigint' || typeof value === 'number' || value === undefined) return String(value)
  let text: string
  try {
    text = JSON.stringify(value) ?? String(value)
  } catch {
    text = String(value)
  }
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
