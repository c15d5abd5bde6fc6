import { type Cell, statsCells, type Table } from '../report/table.ts'
import type { Described } from '../workloads/run-main.ts'
import type { Workload } from '../workloads/workload.ts'
import { WORKLOADS } from '../workloads/workloads.ts'
import type { Comparison, Result } from './compare.ts'

type Row = Table['rows'][number]

/** A table for each workload. What is unfair, or why there is no figure, is below it, under the letters that stand beside the figures. */
export function comparisonTables({ systems, chromium, results }: Comparison): Table[] {
  return WORKLOADS.flatMap((workload) => {
    const own = results.filter((result) => result.workload === workload.name)
    if (own.length === 0) return []
    const where = workload.place === 'Chromium' && chromium !== undefined ? [`This was Chromium ${chromium}.`] : []
    return [tableOf({ ...workload, timed: [...workload.timed, ...where] }, systems, own)]
  })
}

function tableOf({ name, title, timed, parameters, figures }: Workload, systems: readonly Described[], results: readonly Result[]): Table {
  /** By their text, the systems that they are about. */
  const remarks = new Map<string, Set<string>>()
  const letter = (remark: string, system: string) => {
    remarks.set(remark, (remarks.get(remark) ?? new Set()).add(system))
    return letterOf([...remarks.keys()].indexOf(remark))
  }
  const [main] = figures
  const reference = systems[0]?.name ?? ''
  const rows = results.map((result): Row => {
    const notes = systems.find((system) => system.name === result.system)?.notes ?? []
    const unfair = notes.filter(({ workloads }) => workloads?.includes(name) ?? true).map(({ text }) => text)
    const all = result.reason === undefined ? unfair : [`Not run. ${result.reason}`]
    const letters = all.map((text) => letter(text, result.system))
    const cells: { [key: string]: Cell } = { ...result.size, system: result.system, notes: letters.join(' ') }
    for (const { key } of figures) if (result.figures[key] !== undefined) Object.assign(cells, statsCells(key, result.figures[key]))
    const ahead = main && result.ahead[main.key]
    if (ahead !== undefined) Object.assign(cells, statsCells('ahead', ahead))
    return cells
  })
  return {
    key: name,
    title,
    columns: [
      ...parameters,
      { key: 'system', title: 'system' },
      ...figures.map(({ key, title, decimals }) => ({ key, title, decimals, spread: true })),
      { key: 'ahead', title: `${reference} ahead`, decimals: 2, spread: true },
      { key: 'notes', title: 'see' },
    ],
    rows,
    notes: [
      timed.join(' '),
      `${reference} ahead: how many times as good its ${main?.title} is as this system's, within each run; below 1 it is behind.`,
      ...[...remarks].map(([remark, about], i) => `${letterOf(i)}  ${[...about].join(', ')}: ${remark}`),
    ],
  }
}

/** a to z, then aa. */
function letterOf(i: number): string {
  const last = String.fromCharCode(97 + (i % 26))
  return i < 26 ? last : `${letterOf(Math.floor(i / 26) - 1)}${last}`
}
