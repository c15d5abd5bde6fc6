const STARTS = /^\s*(select|insert|replace|update|delete|with|values)\b/i
const ENGINE_NAMES = /\b(_savepoint_\w*|load_extension|sqlite_dbpage|dbstat|sqlite_stat[1-4])\b/i
const WRITES =
  /\b(?:into|update(?:\s+or\s+\w+)?|delete\s+from)\s+(?:["`[]?main["`\]]?\s*\.\s*)?(?:"([^"]+)"|`([^`]+)`|\[([^\]]+)\]|'([^']+)'|(\w+))/gi

/** Why a mutator may not run this SQL, or undefined. Simpler than what the engine does, and right for what an app would write. */
export function refusalOf(sql: string, derived: readonly string[]): string | undefined {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
  if (!STARTS.test(bare)) return 'it begins with no word that a mutator may use'
  if (ENGINE_NAMES.test(bare)) return 'it names what is the engine’s own'
  const plain = bare.replace(/'(?:[^']|'')*'/g, "''")
  if (/\b(insert|update)\s+or\s+rollback\b/i.test(plain)) return 'it says OR ROLLBACK'
  if (derived.length > 0 && /\b(insert|update)\s+or\s+fail\b/i.test(plain)) return 'it says OR FAIL'
  for (const match of bare.matchAll(WRITES)) {
    const target = (match.slice(1).find((name) => name !== undefined) ?? '').toLowerCase()
    if (target === 'sqlite_sequence' || derived.includes(target)) return `it writes ${target}`
  }
  return undefined
}
