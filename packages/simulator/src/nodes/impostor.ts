import { type BasePosition, encodeFrame, PROTOCOL_VERSION, type SchemaID } from '@savepoint/core'
import type { ClientNetwork } from '../network/client-network.ts'
import { SERVER_URL, simulatedWeb } from '../network/simulated-web.ts'
import type { Process } from '../time/process.ts'

/** Who poses as whom. */
interface Pose {
  readonly network: ClientNetwork
  /** Ends when the server has sent the impostor away. */
  readonly process: Process
  readonly room: string
  /** The impostor's own. */
  readonly token: string
  /** The other's. */
  readonly clientID: string
  readonly schema: SchemaID
  readonly base: BasePosition | null
}

/** A program that says hello under another's clientID, asks for all of its outcomes, and pushes in its place if it may. */
export function impersonate({ network, process, room, token, clientID, schema: { name, version, hash }, base }: Pose): void {
  const { webSocket: WebSocket } = simulatedWeb(network, process)
  const socket = new WebSocket(`${SERVER_URL}/rooms/${encodeURIComponent(room)}/socket`)
  const schema = { name, version, hash }
  socket.onopen = () => {
    socket.send(encodeFrame({ type: 'authorize', token }))
    socket.send(encodeFrame({ type: 'hello', protocol: PROTOCOL_VERSION, clientID, schema, base, confirmed: 0, issued: 0 }))
  }
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as { readonly type: string; readonly lastMutationID?: number }
    if (frame.type !== 'welcome') return
    const { lastMutationID = 0 } = frame
    // A room that was restored, or made anew, does not know whose it is.
    if (lastMutationID === 0) {
      socket.close()
      return process.end()
    }
    const forged = { mutationID: lastMutationID + 1, name: 'forged', args: '', createdAt: 0, seed: `forged by ${token}` }
    socket.send(encodeFrame({ type: 'push', confirmed: 0, mutations: [forged] }))
  }
  socket.onclose = () => process.end()
}
