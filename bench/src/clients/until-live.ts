import type { Client } from '@savepoint/client'
import type { MutatorDefinitions } from '@savepoint/core'

/** Resolves when the client follows the room. */
export function untilLive<D extends MutatorDefinitions>(client: Client<D>): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { connection, refusal } = client.status
      if (refusal !== null) reject(new Error(refusal.message))
      if (connection !== 'live') return
      end()
      resolve()
    }
    const end = client.onStatus(look)
    look()
  })
}
