import { expect, test } from 'vitest'
import { everyEvent } from '../report/every-event.contract.ts'
import { threeClientsTrace } from '../report/example-trace.contract.ts'
import { printTimeline } from './print-timeline.ts'

test('a run reads as a story', () => {
  expect(printTimeline(everyEvent())).toEqual([
    '  0 ms  server    opens room main',
    '  1 ms  client-1  opens room main as abc',
    '  2 ms  client-1  starts from a snapshot of version 1',
    '  3 ms  client-1  is live at version 1, 0 pending',
    ' 10 ms  client-1  calls addTodo({"title":"Milk"})   mutation 1',
    ' 20 ms  client-1  calls toggle({"id":7n})   mutation 2',
    ' 30 ms  client-1  calls rename()   fails at once, and is not sent: no such todo',
    ' 40 ms  client-1  calls addTodo({"title":"Tea"})   mutation 3',
    ' 45 ms  client-1  cancels mutation 3, addTodo',
    ' 50 ms  client-1  sends push to server: mutations 1 to 2',
    '350 ms  server    receives push from client-1 after 300 ms',
    '350 ms  server    commits versions 2 to 3: addTodo of client-1 (mutation 1), rejects toggle of client-1 (mutation 2, no effect)',
    '355 ms  server    receives push from client-1 after 305 ms',
    '360 ms  server    sends poke to client-1: versions 2 to 3',
    '365 ms  server    sends poke to client-1: again',
    '370 ms  server    fails, and goes on: SQLITE_FULL',
    '400 ms  client-1  poke from server to client-1 is lost after 35 ms: the line was cut',
    '660 ms  client-1  receives poke from server after 300 ms',
    '660 ms  client-1  rebases to version 3: undid 2, replayed addTodo; withdrew toggle (no such todo)',
    '660 ms  client-1  sees mutation 1, addTodo confirmed with 42',
    '660 ms  client-1  sees mutation 2, toggle rejected: gone, no such todo',
    '700 ms  fault     partition of client-1: nothing passes, for 100 ms',
    '710 ms  fault     kill-client of client-1',
    '710 ms  client-1  is down: killed',
    '800 ms  client-1  opens room main as abc',
    '810 ms  client-1  was forked, and is def from now on',
    "850 ms  client-1  shows (1, 'Bread')",
    '900 ms  fault     all faults are over',
    '950 ms  server    room main ends at version 3 with digest d1',
    '950 ms  client-1  room main ends at version 3 with digest d1',
  ])
})

test('a guarantee that does not hold comes last, and everything is there if asked for', () => {
  const verdict = { guarantee: 'G3', checker: 'convergence', message: 'client-1 has Bread,\nthe server has Milk' }
  const lines = printTimeline(everyEvent(), { verdict, everything: true })
  expect(lines).toHaveLength(everyEvent().length + 1)
  expect(lines.at(-1)).toBe('950 ms  !         G3 DOES NOT HOLD (convergence): client-1 has Bread, the server has Milk')
  expect(lines).toContain(' 60 ms  client-1  sends ping to server')
  expect(printTimeline([], { verdict: 'converged' })).toEqual(['0 ms         All is as it should be.'])
})

test('a long run is told in seconds, and its columns are aligned', () => {
  const lines = printTimeline(threeClientsTrace())
  expect(lines).toContain(' 7.300 s  client1  rebases to version 2: undid 6, replayed add ×6')
  expect(new Set(lines.map((line) => line.indexOf(' s  '))).size).toBe(1)
})

test('what an app names things does nothing to the terminal', () => {
  const lines = printTimeline([
    { at: 0, node: 'a\u001b[2J', type: 'called', id: '1', name: 'x\r\n\u202e', args: '{"json":"\\u001b[31m"}', mutationID: 1 },
    { at: 1, node: 'a', type: 'called', id: '2', name: 'x', args: 'not encoded', mutationID: 2 },
    { at: 2, node: 'a', type: 'called', id: '3', name: 'x', args: `{"json":"${'😀'.repeat(500)}"}`, mutationID: 3 },
  ])
  expect(lines.join('\n')).not.toMatch(/[^\n\P{Cc}]|\p{Cs}|\u202e/u)
  expect(lines[0]).toContain('x\\u000d \\u202e("\\u001b[31m")')
  expect(lines[1]).toContain('x(not encoded)')
  expect(lines[2]?.length).toBeLessThan(120)
})
