import { initialClientState, stepClient } from '../client-machine/client-machine.ts'
import type { ClientEffect, ClientEvent, ClientState } from '../client-machine/client-state.ts'
import type { ServerMessage } from '../protocol/frame.ts'
import type { Poke } from '../protocol/poke.ts'

const schema = { name: 'shop', version: 1, hash: 'h' }

/** Plays events on a machine and keeps what it asked for. */
export class Play {
  state: ClientState
  effects: readonly ClientEffect[] = []
  constructor(from: Partial<ClientState> = {}) {
    this.state = { ...initialClientState({ clientID: 'c', schema, base: { epoch: 'e', version: 7 }, confirmed: 3, issued: 5 }), ...from }
  }
  do(...events: ClientEvent[]): this {
    for (const event of events) ({ state: this.state, effects: this.effects } = stepClient(this.state, event))
    return this
  }
  receive(...messages: ServerMessage[]): this {
    return this.do(...messages.map((message) => ({ type: 'received', message }) as const))
  }
  live(): this {
    return this.do({ type: 'start' }, { type: 'opened' }).receive(welcome(), poke(7, 9)).do({ type: 'applied', confirmed: 4, issued: 5 })
  }
  get kinds(): string[] {
    return this.effects.map((effect) => effect.type)
  }
}

export const welcome = (fields: Partial<Extract<ServerMessage, { type: 'welcome' }>> = {}): ServerMessage => ({
  type: 'welcome',
  epoch: 'e',
  version: 9,
  lastMutationID: 4,
  next: 'poke',
  readOnly: null,
  ...fields,
})
export const poke = (from: number, to: number): Poke => ({ type: 'poke', outcomes: [], from, to, digest: '0'.repeat(16), patch: [] })
export const refusal = (code: Extract<ServerMessage, { type: 'refusal' }>['code']): ServerMessage => ({
  type: 'refusal',
  code,
  message: 'because',
})
