/** The board has one currency; all amounts are whole cents of it. */
const CURRENCY = 'EUR'

const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: CURRENCY })
const round = new Intl.NumberFormat(undefined, { style: 'currency', currency: CURRENCY, maximumFractionDigits: 0 })

/** `1234` → `€12.34`, as the reader's language writes it. */
export function formatMoney(cents: number): string {
  return money.format(cents / 100)
}

/** Without the cents, for the axis of a chart. */
export function formatRoundMoney(cents: number): string {
  return round.format(cents / 100)
}

/** As somebody would type it: what an amount field starts with. */
export function moneyText(cents: number): string {
  return (cents / 100).toFixed(2)
}

/**
 * The cents of an amount as people type it: `12`, `12.5`, `12,50`, `1,234.50`, `1.234,50`, `€ 12`.
 * Undefined if it is none, or not more than nothing.
 */
export function parseMoney(text: string): number | undefined {
  const bare = text.replace(/[\s€']/g, '')
  const grouped = /^(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(bare) ?? /^(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?$/.exec(bare)
  const [, whole = '', fraction = ''] = grouped ?? /^(\d*)(?:[.,](\d{1,2}))?$/.exec(bare) ?? []
  if (whole === '' && fraction === '') return undefined
  const cents = Number(whole.replace(/[.,]/g, '')) * 100 + Number(fraction.padEnd(2, '0'))
  return Number.isSafeInteger(cents) && cents > 0 ? cents : undefined
}
