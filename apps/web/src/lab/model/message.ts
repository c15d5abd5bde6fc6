import { decodeClientFrame, decodeData, decodeServerFrame, type Patch, type PushedMutation } from '@savepoint/core'
import { labelOf } from './label-of.ts'

/** What a frame says, as far as it is drawn. */
export type FrameContent =
  | { readonly kind: 'push'; readonly mutations: readonly { readonly mutationID: number; readonly label: string }[] }
  | {
      readonly kind: 'poke'
      readonly from: number
      readonly to: number
      readonly outcomes: readonly { readonly mutationID: number; readonly ok: boolean }[]
    }
  | { readonly kind: 'hello' | 'welcome' | 'snapshot' | 'refusal' }

/** Something on its way between a client and the server; times are the lab's. */
export interface Message {
  readonly id: number
  readonly client: number
  readonly way: 'up' | 'down'
  readonly content: FrameContent
  readonly sentAt: number
  readonly arrivesAt: number
}

/** Null for signs of life, which are not drawn. */
export function contentOfUp(frame: string): FrameContent | null {
  const message = decodeClientFrame(frame)
  if (message.type === 'ping' || message.type === 'authorize') return null
  if (message.type === 'hello') return { kind: 'hello' }
  return { kind: 'push', mutations: message.mutations.map(describe) }
}

/** Null for signs of life. A poke's patch comes beside it. */
export function contentOfDown(frame: string): { readonly content: FrameContent; readonly patch: Patch } | null {
  const message = decodeServerFrame(frame)
  if (message.type === 'pong') return null
  if (message.type !== 'poke') return { content: { kind: message.type }, patch: [] }
  const outcomes = message.outcomes.map(({ mutationID, outcome }) => ({ mutationID, ok: outcome.ok }))
  return { content: { kind: 'poke', from: message.from, to: message.to, outcomes }, patch: message.patch }
}

function describe({ mutationID, name, args }: PushedMutation): { mutationID: number; label: string } {
  return { mutationID, label: labelOf(name, decodeData(args)) }
}

/** What is written on a message. */
export function textOf(content: FrameContent): string {
  if (content.kind === 'push') {
    const [first, ...rest] = content.mutations
    if (first === undefined) return 'push'
    return rest.length === 0
      ? `#${first.mutationID} ${first.label}`
      : `#${first.mutationID}–${rest.at(-1)?.mutationID} (${rest.length + 1})`
  }
  if (content.kind !== 'poke') return content.kind
  const own = content.outcomes.map(({ mutationID, ok }) => `${ok ? '✓' : '✗'}#${mutationID}`)
  const shown = own.length > 2 ? [own[0], '…', own.at(-1)] : own
  return [`v${content.to}`, ...shown].join(' ')
}
