import { formatCell, type Table } from './table.ts'

/** The table as Markdown, its notes as a list below it. */
export function markdownTable({ columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const isText = columns.map(({ key }) => rows.some((row) => typeof row[key] === 'string'))
  const lines = [
    line(columns.map(({ title }) => title)),
    line(isText.map((text) => (text ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => formatCell(row, column)))),
  ]
  return [lines.join('\n'), ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : [])].join('\n\n')
}
