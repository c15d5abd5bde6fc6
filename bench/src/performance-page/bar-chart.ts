/** One bar: the whole is the median, the whisker goes from the least to the most. */
interface Bar {
  readonly label: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** Ours, which is drawn darker. */
  readonly isOurs: boolean
}

interface BarChart {
  readonly title: string
  readonly unit: string
  readonly decimals: number
  readonly bars: readonly Bar[]
}

const WIDTH = 720
const LABEL_WIDTH = 150
const FIGURE_WIDTH = 130
const ROW_HEIGHT = 26
const TOP = 44
const BOTTOM = 34

/**
 * Horizontal bars on a logarithmic axis, as figures of systems lie orders of magnitude apart. It brings its own background, so that it can
 * be read on a light page and on a dark one.
 */
export function barChart({ title, unit, decimals, bars }: BarChart): string {
  const height = TOP + bars.length * ROW_HEIGHT + BOTTOM
  const [low, high] = decades(bars)
  const plot = WIDTH - LABEL_WIDTH - FIGURE_WIDTH
  const x = (value: number) => round(LABEL_WIDTH + (plot * (Math.log10(value) - low)) / (high - low))
  const format = (value: number) => value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  const bottom = TOP + bars.length * ROW_HEIGHT
  const axis = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map(
    (value) => `<line x1="${x(value)}" y1="${TOP - 6}" x2="${x(value)}" y2="${bottom}" stroke="#d8dee4"/>
<text x="${x(value)}" y="${bottom + 18}" text-anchor="middle" fill="#57606a">${value.toLocaleString('en-US')}</text>`,
  )
  const rows = bars.map(({ label, median, min, max, isOurs }, i) => {
    const middle = TOP + i * ROW_HEIGHT + ROW_HEIGHT / 2
    return `<text x="${LABEL_WIDTH - 10}" y="${middle + 4}" text-anchor="end" fill="#1f2328"${isOurs ? ' font-weight="bold"' : ''}>${escaped(label)}</text>
<rect x="${LABEL_WIDTH}" y="${middle - 8}" width="${round(x(median) - LABEL_WIDTH)}" height="16" fill="${isOurs ? '#0a5cc2' : '#9db7d5'}"/>
<line x1="${x(min)}" y1="${middle}" x2="${x(max)}" y2="${middle}" stroke="#1f2328" stroke-width="2"/>
<text x="${round(Math.max(x(max), x(median)) + 8)}" y="${middle + 4}" fill="#1f2328">${format(median)} ${escaped(unit)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="sans-serif" font-size="13">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="16" y="24" font-size="15" fill="#1f2328">${escaped(title)}</text>
${[...axis, ...rows].join('\n')}
</svg>
`
}

/** The powers of ten between which all is, the lower one below the shortest bar so that it can be seen. */
function decades(bars: readonly Bar[]): [low: number, high: number] {
  const positive = bars.flatMap(({ min, max }) => [min, max]).filter((value) => value > 0)
  const low = Math.floor(Math.log10(Math.min(...positive)) - 0.05)
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))))]
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
