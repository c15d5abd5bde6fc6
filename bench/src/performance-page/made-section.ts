/** What lies between these lines of the page is made anew; all else is written by hand. */
export const BEGIN = '<!-- Made by `npm run bench:peers`: what is changed by hand below is lost with the next run. -->'
export const END = '<!-- Here ends what is made. -->'

/** @throws Error if the page has lost its marks. */
export function between(page: string, made: string): string {
  const [before, rest] = page.split(`${BEGIN}\n`)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('docs/PERFORMANCE.md has no marks between which figures could go.')
  return `${before}${BEGIN}\n\n${made}\n${END}${after}`
}
