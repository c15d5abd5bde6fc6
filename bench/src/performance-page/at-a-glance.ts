import type { Comparison } from '../comparison/compare.ts'
import type { Cell, Table } from '../report/table.ts'
import type { Workload } from '../workloads/workload.ts'
import { WORKLOADS } from '../workloads/workloads.ts'

/** One line for each size of a workload: what the first system took, and how far it is ahead of each other one. */
export function atAGlance({ systems, results }: Comparison): Table {
  const [first, ...others] = systems.map(({ name }) => name)
  const rows = WORKLOADS.flatMap((workload) => {
    const [figure] = workload.figures
    const own = results.filter((result) => result.workload === workload.name)
    const sizes = [...new Set(own.map(({ size }) => JSON.stringify(size)))]
    return sizes.map((size) => {
      const ofSize = own.filter((result) => JSON.stringify(result.size) === size)
      const cells: { [key: string]: Cell } = { what: whatOf(workload, ofSize[0]?.size ?? {}) }
      for (const { system, figures, ahead } of ofSize) {
        const median = figure && (system === first ? figures[figure.key]?.median : ahead[figure.key]?.median)
        if (median === undefined) continue
        cells[system] =
          system === first
            ? `${rounded(median, figure?.decimals ?? 0)} ${figure?.unit}`
            : rounded(median, median < 10 ? 2 : median < 100 ? 1 : 0)
      }
      return cells
    })
  })
  return {
    key: 'glance',
    title: 'At a glance',
    columns: [
      { key: 'what', title: 'workload' },
      { key: first ?? '', title: first ?? '' },
      ...others.map((name) => ({ key: name, title: `ahead of ${name}` })),
    ],
    rows,
  }
}

function whatOf({ title, parameters }: Workload, size: { readonly [parameter: string]: number }): string {
  const [short = title] = title.split(':')
  const values = parameters.map(({ key, title }) => `${size[key]?.toLocaleString('en-US')} ${title}`)
  return [short, ...values].join(', ')
}

function rounded(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
