/** A mutation in the words of its effect: `Food +1`. */
export function labelOf(name: string, args: unknown): string {
  const { name: category, incrementBy } = (args ?? {}) as { name?: unknown; incrementBy?: unknown }
  return typeof category === 'string' && typeof incrementBy === 'number' ? `${category} ${signed(incrementBy)}` : name
}

/** With a true minus, which is as wide as the plus. */
function signed(amount: number): string {
  return amount < 0 ? `−${-amount}` : `+${amount}`
}
