import type { HookClient } from './hook-client.ts'
import { KeptStore, type Source } from './kept-store.ts'

const byClient = new WeakMap<HookClient, Map<string, KeptStore<unknown>>>()

/**
 * The store of this key, which all components of a client share.
 * @param key names what `open` opens, and so what type it is of
 */
export function clientStore<T>(client: HookClient, key: string, open: (changed: () => void) => Source<T>): KeptStore<T> {
  const stores = byClient.get(client) ?? new Map<string, KeptStore<unknown>>()
  byClient.set(client, stores)
  const known = stores.get(key) as KeptStore<T> | undefined
  if (known !== undefined) return known
  const store = new KeptStore(open, () => stores.delete(key))
  stores.set(key, store)
  return store
}
