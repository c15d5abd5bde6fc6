import type { MutationHandle, SavepointClient } from '@savepoint/client'

/** A client of any mutators. */
export interface HookClient extends Omit<SavepointClient, 'mutate'> {
  readonly mutate: object
}

/**
 * Calls a mutator by name.
 * @throws TypeError if the client has none of this name; whatever the client throws, for instance if it is closed.
 */
export function callMutator(client: HookClient, name: string, args: readonly unknown[]): MutationHandle<unknown> {
  const run = (client.mutate as { [name: string]: unknown })[name]
  if (typeof run !== 'function') throw new TypeError(`The client has no mutator "${name}". Nothing was done.`)
  return run(...args) as MutationHandle<unknown>
}

/** Calls a failed mutation again, and forgets its records once the new call stands in for them. */
export function callAgain(client: HookClient, name: string, args: readonly unknown[], records: readonly string[]): MutationHandle<unknown> {
  const handle = callMutator(client, name, args)
  // What cannot be forgotten now, since the client has closed, stays listed: better twice than not at all.
  forgetOnceKept(client, handle, records).catch(() => {})
  return handle
}

async function forgetOnceKept(client: HookClient, handle: MutationHandle<unknown>, records: readonly string[]): Promise<void> {
  const local = await handle.local
  if (!local.ok) return
  await handle.durable.catch(() => handle.confirmed)
  for (const id of records) await client.dismiss(id)
}
