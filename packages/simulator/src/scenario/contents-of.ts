import type { Scenario } from './scenario.ts'

/** `1 client, 2 calls and 3 other events`. */
export function contentsOf({ clients, actions }: Scenario): string {
  const calls = actions.filter((action) => action.do === 'mutate').length
  return `${count(clients.length, 'client')}, ${count(calls, 'call')} and ${count(actions.length - calls, 'other event')}`
}

/** `1,000 calls`. */
export function count(times: number, what: string): string {
  return `${times.toLocaleString('en-US')} ${what}${times === 1 ? '' : 's'}`
}
