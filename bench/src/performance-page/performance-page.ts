import type { Result } from '../comparison/compare.ts'
import { comparisonTables } from '../comparison/comparison-tables.ts'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { formatMachine } from '../report/machine.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { WORKLOADS } from '../workloads/workloads.ts'
import { atAGlance } from './at-a-glance.ts'
import { barChart } from './bar-chart.ts'
import type { Section } from './made-section.ts'

/** A document and the pictures in it. */
interface PerformancePage {
  readonly markdown: string
  /** SVG by file name. */
  readonly charts: ReadonlyMap<string, string>
}

/** All tables and charts of a comparison. `directory` is where the document finds its pictures; beside floors alone there are none. */
export function performancePage(report: ComparisonReport, { command, hasCharts }: Section, directory: string): PerformancePage {
  const charts = new Map<string, string>()
  const sections = comparisonTables(report).map((table) => {
    const pictures = hasCharts ? chartsOf(report, table.key) : new Map<string, string>()
    for (const [name, svg] of pictures) charts.set(name, svg)
    const images = [...pictures.keys()].map((name) => `![${table.title}](${directory}/${name})`)
    return [`### ${table.title}`, `\`${command} -- --workloads ${table.key}\``, markdownTable(table), ...images].join('\n\n')
  })
  const glance = `${markdownTable(atAGlance(report))}

Ahead: how many times as good Savepoint's figure is, by the median of what it was within each run; below 1 it is behind. What is unfair about it stands below.`
  const systems = report.systems.map(({ name, version }) => `${name} ${version}`).join(', ')
  const head = `Made by \`${command}\` on ${formatMachine(report.machine)}${report.effort === 'full' ? '' : ` (${report.effort}: fewer runs than are needed to compare)`}. Systems: ${systems}.

All are run by the same Node with NODE_ENV=production. They take turns run by run, each run in a process of its own; in Chromium, each in a browser and a profile of its own. Figures are medians of three runs, of one or two where a run takes long, with the least and the most in brackets.
Compare ratios, not figures: those of another machine, or of this one on another day, differ. Letters stand for what is unfair, and are explained below each table.`
  return { markdown: `${[head, glance, ...sections].join('\n\n')}\n`, charts }
}

/** A chart for each size of a workload, of its first figure. */
function chartsOf({ systems, results }: ComparisonReport, name: string): Map<string, string> {
  const workload = WORKLOADS.find((candidate) => candidate.name === name)
  const figure = workload?.figures[0]
  const charts = new Map<string, string>()
  if (workload === undefined || figure === undefined) return charts
  const own = results.filter((result) => result.workload === name)
  const sizes = [...new Set(own.map(({ size }) => JSON.stringify(size)))]
  for (const [i, size] of sizes.entries()) {
    const bars = own
      .filter((result) => JSON.stringify(result.size) === size)
      .flatMap((result) => barOf(result, figure.key, systems[0]?.name))
    if (bars.length === 0) continue
    const parameters = workload.parameters.map(
      ({ key, title }) => `${title} ${(JSON.parse(size) as Result['size'])[key]?.toLocaleString('en-US')}`,
    )
    const better = `${figure.better} is better`
    const title = [workload.title.split(':')[0], ...parameters, `${figure.title} (${better})`].join(', ')
    charts.set(
      sizes.length === 1 ? `${name}.svg` : `${name}-${i + 1}.svg`,
      barChart({ title, unit: figure.unit, decimals: figure.decimals, bars }),
    )
  }
  return charts
}

function barOf({ system, figures }: Result, key: string, ours: string | undefined) {
  const stats = figures[key]
  // Nothing has no logarithm.
  return stats === undefined || stats.min <= 0 ? [] : [{ label: system, ...stats, isOurs: system === ours }]
}
