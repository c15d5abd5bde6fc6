import { tag } from './markup.ts'
import { versionColour } from './version-colour.ts'

const ROWS: readonly (readonly [drawing: string, words: string])[] = [
  [`<circle class="dot client-0" cx="22" cy="9" r="6"/>`, 'a call; its number and arguments beside it'],
  [
    `<g class="client-0"><rect class="pending" x="10" y="1" width="7" height="16"/><rect class="pending" x="20" y="1" width="7" height="16" fill-opacity=".72"/><rect class="pending" x="30" y="1" width="7" height="16" fill-opacity=".5"/></g>`,
    'pending: a bar for each mutation until its outcome, ✓ or ✗; hollow until saved',
  ],
  [
    `<g class="message up client-0"><line class="wire" x1="2" y1="4" x2="36" y2="13"/><path d="M0 0l-9-4.2v8.4z" transform="translate(44 15) rotate(15)"/></g>`,
    'a message, from when it was sent to when it came; dashed if it came again',
  ],
  [
    `<g class="message lost client-0"><line class="wire" x1="2" y1="4" x2="30" y2="12"/><path class="cross" d="M25 7l10 10M35 7l-10 10"/></g>`,
    'a message that was lost',
  ],
  [
    [1, 2, 3, 4, 5].map((v) => `<rect x="${4 + v * 6}" y="4" width="6" height="10" fill="${versionColour(v, 5)}"/>`).join(''),
    'the version that is there, old to new; one colour is one version',
  ],
  [
    `<rect x="10" y="2" width="24" height="14" rx="4" fill="${versionColour(2, 5)}"/><text class="version" x="22" y="13" text-anchor="middle">v3</text>`,
    'the base moves on, with nothing to undo',
  ],
  [
    `<rect class="ring" x="7" y="0" width="30" height="18" rx="6"/><rect x="10" y="2" width="24" height="14" rx="4" fill="${versionColour(2, 5)}"/><text class="version" x="22" y="13" text-anchor="middle">v3</text>`,
    'a rebase: undo what is pending, apply, replay',
  ],
  [
    `<rect class="card" x="2" y="1" width="40" height="16" rx="4"/><circle class="whose client-1" cx="12" cy="9" r="4.5"/>`,
    'a commit; the dot says whose mutation it is',
  ],
  [`<rect class="shade-down" x="6" y="0" width="32" height="18" rx="3"/>`, 'down'],
  [`<rect class="shade-fault" x="6" y="0" width="32" height="18" rx="3"/>`, 'a fault that lasts'],
]

/** What the signs mean; the panel shows it while nothing is chosen. */
export function legend(): string {
  const items = ROWS.map(([drawing, words]) =>
    tag('li', {}, tag('svg', { width: 46, height: 18, 'aria-hidden': 'true' }, drawing), tag('span', {}, words)),
  )
  return tag('h2', {}, 'What is what') + tag('ul', { class: 'legend' }, ...items)
}
