import type { SavepointClient } from '@savepoint/client'

/** Resolves when the client follows the room. */
export function untilLive(client: Pick<SavepointClient, 'status' | 'onStatus'>): Promise<void> {
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
