/** Viridis without its darkest and lightest parts: told apart by all eyes, and on light paper as on dark. */
const STOPS = [
  [68, 82, 160],
  [49, 110, 150],
  [33, 145, 140],
  [63, 180, 110],
  [150, 208, 66],
] as const

/** The same for the same version in every lane, from the first version of a run to its last. */
export function versionColour(version: number, last: number): string {
  const position = (last <= 1 ? 0 : Math.min(1, Math.max(0, (version - 1) / (last - 1)))) * (STOPS.length - 1)
  const from = STOPS[Math.floor(position)] ?? STOPS[0]
  const to = STOPS[Math.ceil(position)] ?? from
  const part = position - Math.floor(position)
  return `#${from.map((channel, i) => hex(channel + ((to[i] ?? channel) - channel) * part)).join('')}`
}

/** True where white text on it could not be read. */
export function isLight(version: number, last: number): boolean {
  return version / Math.max(1, last) > 0.62
}

function hex(channel: number): string {
  return Math.round(channel).toString(16).padStart(2, '0')
}
