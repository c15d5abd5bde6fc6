/** The tags in what was typed: `food, team lunch; Food` are food and team lunch. */
export function splitTags(typed: string): string[] {
  const byName = new Map<string, string>()
  for (const part of typed.split(/[,;#]/)) {
    const name = part.trim()
    // Tags are the same whatever the case, and the first spelling stays.
    if (name !== '' && !byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), name)
  }
  return [...byName.values()]
}
