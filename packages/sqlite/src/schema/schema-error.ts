/** A schema that cannot be synced. `problems` lists all that was found, each with how to mend it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code = 'schema'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    const head = problems.length === 1 ? 'The schema cannot be synced:' : `The schema cannot be synced, for ${problems.length} reasons:`
    super([head, ...problems.map((problem) => `- ${problem}`)].join('\n'))
    this.problems = problems
  }
}
