// Control characters, line and paragraph separators, what turns the direction of writing, and halves of a character.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

/** One line that does to a terminal or a page nothing but be read, of at most `lengthMax` UTF-16 units. */
export function plainText(text: string, lengthMax = 200): string {
  const line = text.replace(UNPRINTABLE, (character) =>
    character === '\n' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (line.length <= lengthMax) return line
  // No half of a pair is left at the end.
  return `${line.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
