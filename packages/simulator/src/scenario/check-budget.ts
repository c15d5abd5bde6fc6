/**
 * @throws TypeError if a number of runs or a time is none
 */
export function checkBudget(options: { readonly runs?: number; readonly timeMs?: number; readonly shrinkMs?: number }): void {
  for (const field of ['runs', 'timeMs', 'shrinkMs'] as const) {
    const value = options[field]
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value >= (field === 'runs' ? 1 : 0)) || (field === 'runs' && !Number.isInteger(value)))
      throw new TypeError(
        `${field}: ${String(value)} is not ${field === 'runs' ? 'a whole number of at least 1' : 'a time in milliseconds'}`,
      )
  }
}
