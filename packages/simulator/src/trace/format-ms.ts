/** `300 ms`, `3 s`, `12.5 s`: a span of virtual time, as short as it can be said. */
export function formatMs(ms: number): string {
  if (Math.abs(ms) < 1000) return `${round(ms, 1)} ms`
  return `${round(ms / 1000, 3)} s`
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
