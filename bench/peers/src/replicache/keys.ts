/** The key of the counter of this name. */
export function counterKey(name: string): string {
  return `counter/${name}`
}

/** The key of a thing; keys are in the order of IDs. */
export function thingKey(id: number): string {
  return `thing/${String(id).padStart(8, '0')}`
}
