import { formatMs } from '../trace/format-ms.ts'
import { arrowsOf, roomyCaptions } from './arrows.ts'
import { drawAxis } from './draw-axis.ts'
import { drawBands, drawVersions } from './draw-base.ts'
import { drawCommits } from './draw-commits.ts'
import { drawEnd, drawMarks, drawShades } from './draw-marks.ts'
import { drawMessages } from './draw-messages.ts'
import { drawQueues } from './draw-queue.ts'
import { eventDetails } from './event-details.ts'
import { finalStates } from './final-states.ts'
import type { Lane } from './lanes.ts'
import { FIRST_LEVEL } from './lay-out.ts'
import { legend } from './legend.ts'
import { jsonForScript, tag, text } from './markup.ts'
import { type MarkKind, Picture } from './picture.ts'
import { REPORT_SCRIPT } from './report-script.ts'
import { REPORT_STYLE } from './report-style.ts'
import type { ReportedRun } from './reported-run.ts'

const KINDS: { readonly [K in MarkKind]: string } = {
  call: 'calls',
  message: 'messages',
  commit: 'commits',
  base: 'versions and rebases',
  outcome: 'outcomes',
  fault: 'faults',
  status: 'status',
  ping: 'pings',
}

const PATTERNS = `<defs><pattern id="down" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="paper"/><line y2="7" stroke-width="4" class="stripe"/></pattern><pattern id="fault" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><line y2="9" stroke-width="5" class="stripe-fault"/></pattern></defs>`

/** A run as one HTML page that needs nothing beside it: who did what when, what was under way, and what all came to. */
export function renderReport(run: ReportedRun): string {
  const picture = new Picture(run)
  const arrows = arrowsOf(picture)
  const captions = roomyCaptions(picture, arrows)
  const drawing = [
    drawAxis(picture),
    drawBands(picture),
    drawShades(picture),
    drawMessages(picture, arrows, captions[FIRST_LEVEL] ?? []),
    drawQueues(picture),
    drawVersions(picture),
    drawCommits(picture),
    drawMarks(picture),
    drawEnd(picture, run.verdict),
  ]
  const data = {
    // After the drawing: that is what asks for moments.
    ys: picture.allYs(),
    heights: picture.levels.map(({ height }) => height),
    captions,
    first: FIRST_LEVEL,
    width: picture.lanes.width,
    details: eventDetails(run.events, picture.index),
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${tag('title', {}, text(`${run.title}: ${run.verdict === 'converged' ? 'converged' : `${run.verdict.guarantee} does not hold`}`))}
<style>${REPORT_STYLE}</style>
</head>
<body>
${drawHead(run)}
<div class="bar">
${drawTools(picture)}
${tag('div', { class: 'lanes', style: `width:${picture.lanes.width}px` }, ...picture.lanes.all.map((lane) => drawLane(lane, run)))}
</div>
<main>
${drawPicture(picture, drawing)}
<canvas id="map" class="needs-script muted" hidden aria-hidden="true"></canvas>
${tag('aside', { id: 'panel', 'aria-label': 'Details' }, legend())}
</main>
${finalStates(run.events, picture.lanes)}
<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`
}

function drawHead({ title, verdict, seed, command, traceHash, ranMs, events }: ReportedRun): string {
  const fact = (name: string, value: string, style?: string) =>
    tag('div', {}, tag('dt', {}, name), tag('dd', { class: style }, text(value)))
  const isGood = verdict === 'converged'
  return tag(
    'header',
    { class: 'head' },
    tag('h1', {}, text(title)),
    tag('span', { class: `verdict ${isGood ? 'good' : 'bad'}` }, isGood ? '✓ converged' : text(`✗ ${verdict.guarantee} does not hold`)),
    isGood
      ? ''
      : tag(
          'div',
          { class: 'violation', role: 'alert' },
          tag('b', {}, text(verdict.guarantee)),
          ` <span class="muted">${text(verdict.checker)}</span> <a href="#end">where it showed</a>`,
          tag('p', {}, text(verdict.message)),
        ),
    tag(
      'dl',
      { class: 'facts' },
      fact('repeat', command, 'command'),
      fact('seed', seed),
      fact('trace', traceHash),
      fact('ran', `${formatMs(ranMs)} virtual`),
      fact('events', String(events.length)),
    ),
  )
}

function drawTools(picture: Picture): string {
  const box = (name: string, value: string, words: string, isOn: boolean, swatch = '') =>
    tag('label', {}, `<input type="checkbox" name="${name}" value="${value}"${isOn ? ' checked' : ''}>`, swatch, text(words))
  const present = new Set(picture.events.flatMap((event) => (event.type === 'sent' ? [picture.messageKind(event)] : [])))
  const kinds = Object.entries(KINDS).filter(([kind]) => kind !== 'ping' || present.has('ping'))
  return tag(
    'div',
    { class: 'tools needs-script', hidden: true },
    tag(
      'label',
      {},
      'time',
      `<input id="stretch" type="range" min="0" max="${picture.levels.length - 1}" step="1" value="${FIRST_LEVEL}" aria-label="Stretch time">`,
    ),
    tag('fieldset', {}, tag('legend', {}, 'show'), ...kinds.map(([kind, words]) => box('kind', kind, words, kind !== 'ping'))),
    tag(
      'fieldset',
      {},
      tag('legend', {}, 'of'),
      ...picture.lanes.all.map((lane) => box('lane', String(lane.index), lane.name, true, tag('i', { class: `swatch ${lane.colour}` }))),
    ),
  )
}

function drawLane({ name, x, colour, isServer }: Lane, { events, scenario }: ReportedRun): string {
  const plan = scenario?.clients.find((one) => one.name === name)
  const ways =
    plan &&
    [plan.up, plan.down].map(({ latency }) =>
      typeof latency === 'number' ? formatMs(latency) : 'profile' in latency ? latency.profile : 'varying',
    )
  const line = ways && `${ways[0] === ways[1] ? `${ways[0]} each way` : `${ways[0]} up, ${ways[1]} down`}`
  const rooms = new Set(events.flatMap((event) => (event.type === 'up' && event.room !== undefined ? [event.room] : [])))
  const room =
    rooms.size > 1 && !isServer
      ? (plan?.room ?? events.find((event) => event.type === 'up' && event.node === name && event.room))
      : undefined
  const roomName = typeof room === 'object' && 'room' in room ? room.room : room
  const about = [typeof roomName === 'string' && `room ${roomName}`, line].filter(Boolean).join(' · ')
  return tag(
    'div',
    { class: `lane ${colour}`, style: `left:${x}px` },
    tag('b', {}, tag('i', { class: 'swatch' }), text(name)),
    tag('small', {}, text(about)),
  )
}

function drawPicture(picture: Picture, drawing: readonly string[]): string {
  const { width, all } = picture.lanes
  const { height } = picture.firstLevel
  const names = all.map((lane) =>
    tag('text', { class: `printed ${lane.colour}`, x: lane.x, y: 12, 'text-anchor': 'middle' }, text(lane.name)),
  )
  return tag(
    'svg',
    { id: 'picture', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'What happened, from top to bottom' },
    PATTERNS,
    ...names,
    ...drawing,
  )
}
