/**
 * Days of the board. An expense is of a day, not of an instant: its time is what the clock on the wall showed, reckoned as UTC,
 * so that everyone reads the same day, and SQL gets the month right.
 */

const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const longDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric', weekday: 'long', timeZone: 'UTC' })
const longMonth = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' })
const shortMonth = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })

/** Now, as the wall shows it. */
export function wallTime(now: Date): number {
  return now.getTime() - now.getTimezoneOffset() * 60_000
}

/** `2026-11-21`, as date fields have it. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** `2026-11`, as the schema has it. */
export function monthOf(at: number): string {
  return dayOf(at).slice(0, 7)
}

/** The time of an expense of that day: at the hour at which it is entered, so that those of a day stay in their order. */
export function timeOnDay(day: string, now: number): number | undefined {
  const start = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(start) ? undefined : start + (now % 86_400_000)
}

/** The month that is `by` months later. */
export function monthAfter(month: string, by: number): string {
  return monthOf(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + by, 1))
}

/** `count` months, the last of which is `month`. */
export function monthsUpTo(month: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => monthAfter(month, i - count + 1))
}

export function daysIn(month: string): number {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()
}

export function formatDay(at: number): string {
  return shortDay.format(at)
}

export function formatLongDay(at: number): string {
  return longDay.format(at)
}

export function formatMonth(month: string): string {
  return longMonth.format(Date.parse(`${month}-01`))
}

export function formatShortMonth(month: string): string {
  return shortMonth.format(Date.parse(`${month}-01`))
}

/** The time of an instant, here and now. */
export function formatClock(instant: number): string {
  return clock.format(instant)
}
