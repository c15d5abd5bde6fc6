/** Why money could not be moved: the figures, in cents, at the moment when it was refused. */
export interface Shortfall {
  readonly payer: string
  readonly had: number
  readonly asked: number
  readonly payee: string
}

export function describeShortfall({ payer, had, asked, payee }: Shortfall): string {
  return `${payer} has ${had} cents; ${asked} were to go to ${payee}`
}

/** The figures in the message of an `overdrawn` failure; undefined if it is another message. */
export function readShortfall(message: string): Shortfall | undefined {
  const [, payer, had, asked, payee] = /^(.+) has (-?\d+) cents; (\d+) were to go to (.+)$/s.exec(message) ?? []
  if (payer === undefined || payee === undefined) return undefined
  return { payer, had: Number(had), asked: Number(asked), payee }
}
