import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { TraceEvent } from '../trace/trace-event.ts'
import { everyEvent } from './every-event.contract.ts'
import { chaosTrace, threeClientsTrace } from './example-trace.contract.ts'
import { renderReport } from './render-report.ts'
import { REPORT_SCRIPT } from './report-script.ts'
import type { ReportedRun } from './reported-run.ts'

interface Details {
  readonly node: string
  readonly words: string
  readonly fields: readonly (readonly [name: string, value: string])[]
}

function report(events: readonly TraceEvent[], rest: Partial<ReportedRun> = {}): string {
  return renderReport({ title: 'A run', seed: '1', verdict: 'converged', traceHash: 'abc', ranMs: 1000, command: 'again', ...rest, events })
}

function dataOf(html: string): { ys: number[][]; heights: number[]; first: number; details: Details[] } {
  return JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? '')
}

/** The attributes of each element whose start matches. */
function elements(html: string, pattern: RegExp): { readonly [name: string]: string }[] {
  return [...html.matchAll(/<\w+ [^>]*>/g)]
    .filter(([start]) => pattern.test(start))
    .map(([start]) => Object.fromEntries([...start.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])))
}

test('every event has its mark', () => {
  const events = everyEvent()
  const html = report(events)
  const marked = new Set(elements(html, /data-event=/).map((one) => Number(one['data-event'])))
  const ends = new Set(elements(html, /data-left=/).flatMap((one) => [Number(one['data-left']), Number(one['data-right'])]))
  // Arrivals are where arrows end; a bar shows from when on a mutation was durable; final states are tables.
  const without = events.filter((event, i) => !marked.has(i) && !(ends.has(i) && event.type !== 'state')).map(({ type }) => type)
  expect(without).toEqual(['durable', 'state', 'state'])
  expect(elements(html, /class="durable"/)).toHaveLength(1)
  expect(html.includes('<caption>Todos</caption>')).toBe(true)
  expect(dataOf(html).details).toHaveLength(events.length)
})

test('marks tell what happened, to eyes and to screen readers', () => {
  const html = report(everyEvent())
  for (const words of [
    'addTodo(Milk)',
    'undid 2, replayed 1',
    'withdrew #2 toggle',
    '✗ #2 gone',
    'poke 300 ms',
    'push again, 305 ms',
    'poke lost',
  ]) {
    expect(html.includes(words) && words).toBe(words)
  }
  const labels = elements(html, /aria-label=/).map((one) => one['aria-label'])
  expect(labels).toContain('client-1 rebases to version 3: undid 2, replayed addTodo; withdrew toggle (no such todo)')
  const call = dataOf(html).details.find(({ words }) => words.startsWith('calls toggle'))
  expect(call?.fields).toContainEqual(['!rejected', 'at 660 ms, after 640 ms: gone'])
})

test('an arrow goes from when its message was sent to when it came, on an even scale of time', () => {
  const events = threeClientsTrace()
  const { ys, first } = dataOf(report(events))
  const place = ys[first] ?? []
  const perMs = ((place[events.length - 1] ?? 0) - (place[0] ?? 0)) / (events.at(-1)?.at ?? 1)
  const arrows = elements(report(events), /data-left=/)
  expect(arrows).toHaveLength(events.filter(({ type }) => type === 'sent').length)
  for (const arrow of arrows) {
    const [left, right] = [Number(arrow['data-left']), Number(arrow['data-right'])]
    const [, x, y, angle] = (/translate\((\S+) (\S+)\) rotate\((\S+)\)/.exec(arrow.transform ?? '') ?? []).map(Number)
    expect([x, y]).toEqual([Number(arrow['data-x1']), place[left]])
    const rise = Math.tan(((angle ?? 0) * Math.PI) / 180) * (Number(arrow['data-x2']) - Number(arrow['data-x1']))
    expect(rise).toBeCloseTo((place[right] ?? 0) - (place[left] ?? 0), 0)
    const latency = (events[right]?.at ?? 0) - (events[left]?.at ?? 0)
    // A moment at which three things happen may be higher than a line of text, and an arrival waits for room.
    expect(Math.abs(rise - latency * perMs)).toBeLessThan(20)
  }
})

test('a guarantee that does not hold is told in large, with the command that repeats the run', () => {
  const verdict = { guarantee: 'G3', checker: 'convergence', message: 'client-1 has Bread' }
  const html = report(everyEvent(), { verdict, command: 'npm run simulate -- --seed 7', seed: '7' })
  expect(html.match(/class="violation" role="alert"><b>G3<\/b>.*<p>client-1 has Bread<\/p>/)).not.toBe(null)
  expect(html.includes('<dd class="command">npm run simulate -- --seed 7</dd>')).toBe(true)
  expect(html.includes('✗ G3 does not hold')).toBe(true)
  expect(report(everyEvent()).includes('class="violation"')).toBe(false)
})

test('rows that are not the server’s are marked', () => {
  const html = report(everyEvent())
  expect(html.includes('<tr class="differs"><td class="flag">≠</td><td>1</td><td class="other">Bread</td></tr>')).toBe(true)
  expect(html.includes('≠ not the server’s')).toBe(true)
  expect(report(threeClientsTrace()).includes('≠ not')).toBe(false)
})

test('nothing that an app names gets out of its place', () => {
  const evil = `</script><img src=x onerror="alert(1)">'&amp;\u2028]]><!--`
  const events = everyEvent(evil).map((event) => {
    if (event.type === 'called')
      return { ...event, name: evil, id: event.id, args: JSON.stringify({ json: { [evil]: evil } }), failure: evil }
    if (event.type === 'state') return { ...event, digest: evil, tables: [{ name: evil, columns: [evil], rows: [[evil]], rowCount: 1 }] }
    if (event.type === 'sent') return { ...event, kind: evil, about: evil }
    if (event.type === 'fault') return { ...event, fault: evil, about: evil }
    return event
  })
  const verdict = { guarantee: evil, checker: evil, message: evil }
  const html = report(events, { title: evil, seed: evil, command: evil, traceHash: evil, verdict })
  expect(html.includes('<img')).toBe(false)
  expect(html.includes('<!--')).toBe(false)
  expect(html.includes('\u2028')).toBe(false)
  expect(html.match(/<script|<\/script/g)).toHaveLength(4)
  expect(html.match(/<[^>"]*\sonerror=/)).toBe(null)
  expect(dataOf(html).details[1]?.node).toContain('</script><img src=x')
})

test('the page needs nothing beside it', () => {
  const html = report(chaosTrace('3', 200))
  expect(html.match(/.{20}(\ssrc=|https?:|@import|url\((?!#)).{20}/)).toBe(null)
})

test('a thousand events, none at all, and those that refer to nothing can be drawn', () => {
  const events = chaosTrace('7', 1000)
  const { ys, details } = dataOf(report(events))
  expect(details).toHaveLength(events.length)
  expect(ys.flat().every(Number.isInteger)).toBe(true)
  expect(report([]).includes('<svg')).toBe(true)
  const stray: TraceEvent[] = [
    { at: 1, node: 'a', type: 'received', message: 9, from: 'b', kind: 'push' },
    { at: 2, node: 'a', type: 'lost', message: 8, why: 'gone' },
    { at: 3, node: 'a', type: 'durable', id: 'unknown' },
    { at: 3, node: 'a', type: 'sent', message: 1, to: 'nobody', kind: 'push', bytes: 1, about: '' },
    { at: 4, node: 'server', type: 'committed', room: 'r', epoch: 'e', from: 0, to: 1, mutations: [] },
  ]
  const drawing = /<svg id=.*?<\/svg>/s.exec(report(stray))?.[0]
  expect(drawing?.match(/.{40}(NaN|undefined).{20}/)).toBe(null)
})

test('the page’s script is sound, by the types in its comments', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-report-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'report-script.js')
  writeFileSync(file, REPORT_SCRIPT)
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const options = ['--allowJs', '--checkJs', '--noEmit', '--strict', '--lib', 'es2022,dom,dom.iterable', '--types', '', '--ignoreConfig']
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, file], { cwd: directory }).catch((error) => error)
  expect(stdout).toBe('')
})
