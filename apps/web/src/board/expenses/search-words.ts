/**
 * What has been typed, as FTS5 has to be asked for it: all of the words, the last as far as it goes. Quoted, so that nothing of
 * it is an operator. Empty if there is no word in it.
 */
export function searchWords(typed: string): string {
  const words = typed.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.map((word) => `"${word}"*`).join(' ')
}
