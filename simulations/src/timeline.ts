import { styleText } from 'node:util'

/** What one of those who take part did, `at` milliseconds of simulated time from the start. */
export interface Happening {
  readonly at: number
  readonly who: string
  readonly what: string
}

const COLOURS: { readonly [who: string]: 'cyan' | 'magenta' | 'yellow' | 'green' } = {
  server: 'green',
  client1: 'cyan',
  client2: 'magenta',
  client3: 'yellow',
}

/** One line for one happening: time, name, deed. */
function formatHappening({ at, who, what }: Happening, colours: boolean): string {
  const name = who.padEnd(7)
  const colour = COLOURS[who]
  return `${(at / 1000).toFixed(1).padStart(6)}s ${colours && colour ? styleText(colour, name, { validateStream: false }) : name}  ${what}`
}

/** Writes happenings to a stream as they come; in colours if people look at it. */
export function printTo(stream: { readonly isTTY?: boolean; write(text: string): unknown }): (happening: Happening) => void {
  const colours = stream.isTTY === true && process.env.NO_COLOR === undefined
  return (happening) => stream.write(`${formatHappening(happening, colours)}\n`)
}
