import { encodeData } from '@savepoint/core'
import type { TraceEvent } from '../trace/trace-event.ts'

const state = (name: string, rows: string[][]): Extract<TraceEvent, { type: 'state' }> => ({
  at: 950,
  node: name,
  type: 'state',
  room: 'main',
  version: 3,
  digest: 'd1',
  tables: [{ name: 'Todos', columns: ['id', 'title'], rows, rowCount: rows.length }],
})

/** A short run in which each type of event happens, with `name` as a client's name. */
export function everyEvent(name = 'client-1'): TraceEvent[] {
  return [
    { at: 0, node: 'server', type: 'up', room: 'main' },
    { at: 1, node: name, type: 'up', clientID: 'abc', room: 'main' },
    { at: 2, node: name, type: 'bootstrapped', version: 1 },
    { at: 3, node: name, type: 'status', connection: 'live', version: 1, pending: 0 },
    { at: 10, node: name, type: 'called', id: 'm1', name: 'addTodo', args: encodeData({ title: 'Milk' }), mutationID: 1 },
    { at: 11, node: name, type: 'durable', id: 'm1' },
    { at: 20, node: name, type: 'called', id: 'm2', name: 'toggle', args: encodeData({ id: 7n }), mutationID: 2 },
    { at: 30, node: name, type: 'called', id: 'm3', name: 'rename', args: '', mutationID: null, failure: 'no such todo' },
    { at: 40, node: name, type: 'called', id: 'm4', name: 'addTodo', args: encodeData({ title: 'Tea' }), mutationID: 3 },
    { at: 45, node: name, type: 'cancelled', id: 'm4' },
    { at: 50, node: name, type: 'sent', message: 1, to: 'server', kind: 'push', bytes: 90, about: 'mutations 1 to 2' },
    { at: 60, node: name, type: 'sent', message: 2, to: 'server', kind: 'ping', bytes: 9, about: '' },
    { at: 350, node: 'server', type: 'received', message: 1, from: name, kind: 'push' },
    {
      at: 350,
      node: 'server',
      type: 'committed',
      room: 'main',
      epoch: 'e1',
      from: 1,
      to: 3,
      mutations: [
        { version: 2, clientID: 'abc', mutationID: 1, id: 'm1', name: 'addTodo', ok: true },
        { version: 3, clientID: 'abc', mutationID: 2, id: 'm2', name: 'toggle', ok: false },
      ],
    },
    { at: 355, node: 'server', type: 'received', message: 1, from: name, kind: 'push' },
    { at: 360, node: 'server', type: 'sent', message: 3, to: name, kind: 'poke', bytes: 70, about: 'versions 2 to 3' },
    { at: 365, node: 'server', type: 'sent', message: 4, to: name, kind: 'poke', bytes: 70, about: 'again' },
    { at: 370, node: 'server', type: 'failed', error: 'SQLITE_FULL' },
    { at: 400, node: name, type: 'lost', message: 4, why: 'the line was cut' },
    { at: 660, node: name, type: 'received', message: 3, from: 'server', kind: 'poke' },
    {
      at: 660,
      node: name,
      type: 'advanced',
      from: 1,
      to: 3,
      rebased: true,
      undone: 2,
      replayed: [
        { mutationID: 1, name: 'addTodo' },
        { mutationID: 2, name: 'toggle', withdrawn: 'no such todo' },
      ],
      lastMutationID: 2,
    },
    { at: 660, node: name, type: 'settled', id: 'm1', mutationID: 1, name: 'addTodo', outcome: { ok: true, value: encodeData(42) } },
    {
      at: 660,
      node: name,
      type: 'settled',
      id: 'm2',
      mutationID: 2,
      name: 'toggle',
      outcome: { ok: false, reason: 'rejected', code: 'gone', message: 'no such todo' },
    },
    { at: 700, node: name, type: 'fault', fault: 'partition', about: 'nothing passes', forMs: 100 },
    { at: 710, node: name, type: 'fault', fault: 'kill-client', about: '' },
    { at: 710, node: name, type: 'down', why: 'killed' },
    { at: 800, node: name, type: 'up', clientID: 'abc', room: 'main' },
    { at: 810, node: name, type: 'forked', clientID: 'def' },
    { at: 850, node: name, type: 'shows', room: 'main', rows: encodeData([[1, 'Bread']]) },
    { at: 900, node: 'server', type: 'calm' },
    state('server', [['1', 'Milk']]),
    state(name, [['1', 'Bread']]),
  ]
}
