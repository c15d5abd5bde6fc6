/** How many connections come from where. */
export class AddressCounter {
  readonly #max: number
  readonly #counts = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** Returns what takes one away again, or null if there are too many. An address that is not known is not counted. */
  take(address: string | undefined): (() => void) | null {
    const place = address === undefined ? null : placeOf(address)
    if (place === null) return NOTHING
    const count = this.#counts.get(place) ?? 0
    if (count >= this.#max) return null
    this.#counts.set(place, count + 1)
    let isGone = false
    return () => {
      if (isGone) return
      isGone = true
      const left = (this.#counts.get(place) ?? 1) - 1
      if (left > 0) this.#counts.set(place, left)
      else this.#counts.delete(place)
    }
  }
}

function NOTHING(): void {}

/** Null for this machine, where a proxy is that brings everybody. Whoever has an IPv6 address has 64 bits of them: they count as one. */
function placeOf(address: string): string | null {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (plain === '::1' || plain.startsWith('127.')) return null
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  return [...groups, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':')
}
