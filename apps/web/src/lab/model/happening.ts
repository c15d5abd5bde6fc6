import type { Advance, Category, LabState, View } from './lab-state.ts'
import type { Message } from './message.ts'

/** All that the lab hears of. What is drawn follows from these alone. */
export type Happening =
  | { readonly type: 'joined'; readonly client: number; readonly name: string; readonly latencyMs: number }
  | { readonly type: 'left'; readonly client: number }
  | { readonly type: 'latency'; readonly client: number; readonly latencyMs: number }
  | { readonly type: 'online'; readonly client: number; readonly isOnline: boolean }
  | { readonly type: 'killed'; readonly client: number; readonly kept: number }
  | { readonly type: 'reopened'; readonly client: number; readonly kept: number }
  | { readonly type: 'called'; readonly client: number; readonly id: string; readonly mutationID: number; readonly label: string }
  | { readonly type: 'sent'; readonly message: Message }
  | { readonly type: 'arrived'; readonly id: number }
  /** All that was under way from and to a client. */
  | { readonly type: 'lost'; readonly client: number }
  /** The server answers a client's mutations: they are committed, or refused. Each takes a version, after `from`. */
  | {
      readonly type: 'decided'
      readonly client: number
      readonly from: number
      readonly to: number
      readonly outcomes: readonly { readonly mutationID: number; readonly ok: boolean }[]
    }
  | { readonly type: 'advanced'; readonly client: number; readonly advance: Advance; readonly view: View }
  | { readonly type: 'refused'; readonly client: number; readonly mutationID: number; readonly message: string }
  | { readonly type: 'viewed'; readonly client: number; readonly view: View }
  | { readonly type: 'server'; readonly version: number | null; readonly digest: string; readonly rows: readonly Category[] }
  | { readonly type: 'scenario'; readonly scenario: LabState['scenario'] }
