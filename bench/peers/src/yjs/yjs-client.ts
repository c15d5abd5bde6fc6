import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import { Doc } from 'yjs'

export type { Doc }

export interface OpenedDoc {
  readonly doc: Doc
  readonly provider: WebsocketProvider
  close(): Promise<void>
}

/** A document that has all that the hub has. */
export async function openDoc(url: string, Socket: typeof WebSocket = WebSocket): Promise<OpenedDoc> {
  const doc = new Doc()
  const provider = new WebsocketProvider(url, 'bench', doc, {
    WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  await synced(provider)
  return {
    doc,
    provider,
    close: async () => {
      provider.destroy()
      doc.destroy()
    },
  }
}

/** Resolves when the provider has had the hub's answer. */
export async function synced(provider: WebsocketProvider): Promise<void> {
  if (provider.synced) return
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
}
