/** The tags in what was typed: `food, team lunch; Food` are food and team lunch. */
export function splitTags(typed: string): string[] {
  const names = typed
    .split(/[,;#]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const known = new Map(names.reverse().map((name) => [name.toLowerCase(), name]))
  return [...known.values()].reverse()
}
