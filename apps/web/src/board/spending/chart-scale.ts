/** The least of 1, 2, 2.5 and 5 times a power of ten that is not below `value`: a line that a chart can end at. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10
  return step * power
}

/** What has been spent by the end of a day of the month. */
export interface DayTotal {
  readonly day: number
  /** Cents. */
  readonly total: number
}

/**
 * The path of a sum that grows in steps, in a box of 100 by 100.
 * @param until the last day that the line shows
 */
export function stepPath(totals: readonly DayTotal[], until: number, days: number, top: number): string {
  const x = (day: number) => round((100 * day) / days)
  const y = (total: number) => round(100 - (100 * total) / top)
  let path = `M0 ${y(0)}`
  for (const { day, total } of totals) if (day <= until) path += `H${x(day - 1)}V${y(total)}`
  return `${path}H${x(until)}`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
