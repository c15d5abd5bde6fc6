/** The key of the counter of this name. */
export function counterKey(name: string): string {
  return `counter/${name}`
}

/** The key of a thing; keys are in the order of IDs. Without one, what all of them begin with. */
export function thingKey(id?: number): string {
  return id === undefined ? 'thing/' : `thing/${String(id).padStart(8, '0')}`
}
