/** A part of docs/PERFORMANCE.md that a command makes. */
export interface Section {
  readonly command: string
  /** The file beside its charts that holds the figures. */
  readonly results: string
  readonly hasCharts: boolean
}

export const SECTIONS = {
  floors: { command: 'npm run bench', results: 'floors.json', hasCharts: false },
  peers: { command: 'npm run bench:peers', results: 'results.json', hasCharts: true },
} satisfies { readonly [name: string]: Section }

/**
 * Puts what a command has made where it was before; all else of the page is written by hand.
 * @throws Error if the page has lost its marks.
 */
export function between(page: string, { command }: Section, made: string): string {
  const begin = `<!-- Made by \`${command}\`: what is changed by hand below is lost with the next run. -->`
  const end = `<!-- Here ends what \`${command}\` makes. -->`
  const [before, rest] = page.split(`${begin}\n`)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error('docs/PERFORMANCE.md has no marks between which figures could go.')
  return `${before}${begin}\n\n${made}\n${end}${after}`
}
