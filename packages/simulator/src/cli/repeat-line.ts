import { relative } from 'node:path'

/** What to type to see a run again: that of a case, or else of a seed. */
export function repeatLine(module: string, { seed, saved }: { readonly seed: string; readonly saved: string | undefined }): string {
  const what = saved === undefined ? seed : relative('.', saved)
  return `npx savepoint-sim repeat ${shellWord(module)} ${shellWord(what)}`
}

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
