import { html } from 'hono/html'
import type { ReadyState } from './readiness.ts'

/** Text with markup; whatever is put into it is escaped. */
export type Html = ReturnType<typeof html>

interface PageHead {
  readonly title: string
  /** When it was made, in milliseconds since 1970. */
  readonly at: number
  readonly ready: ReadyState
}

const NOT_READY = { draining: 'shutting down', disk: 'the disk takes nothing' }

/** A page about the server. Each part with an ID is put in place of the one before by the page's script. */
export function page({ title, at, ready }: PageHead, content: Html): Html {
  return document(
    title,
    html`<header>
  <a class="brand" id="home" href="./admin">Savepoint</a>
  <div class="state" id="state" data-part>${
    ready.ready ? html`<span class="pill good">ready</span>` : html`<span class="pill bad">not ready: ${NOT_READY[ready.why]}</span>`
  }<span class="quiet"><span class="as-of">as of </span>${instant(at)}</span></div>
  <button type="button" id="pause" aria-pressed="false" hidden>Pause</button>
</header>
<p id="trouble" class="notice bad" role="alert" hidden></p>
<main id="main">${content}</main>`,
  )
}

/** Shows nothing of the server: whoever has a token enters it here, and the page's script asks with it. */
export function signInPage(): Html {
  return document(
    'Sign in',
    html`<main id="main" class="narrow">
  <h1>Savepoint</h1>
  <form id="sign-in">
    <p>This page is for who runs the server.</p>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="current-password" required autofocus>
    <p id="refused" class="bad" role="alert"></p>
    <button type="submit">Open</button>
  </form>
  <noscript><p>Without scripts, this page needs a session in a cookie.</p></noscript>
</main>`,
  )
}

export function noticePage(text: string): Html {
  return html`<section id="notice" data-part><h1>${text}</h1><p><a id="back" href="./admin">All rooms</a></p></section>`
}

function document(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · Savepoint</title>
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./admin/style.css">
<script src="./admin/script.js" defer></script>
</head>
<body>${body}</body>
</html>
`
}

interface Column<Row> {
  readonly name: string
  readonly isNumber?: boolean
  /** What the row is about: on a narrow screen it comes first. */
  readonly isMain?: boolean
  readonly cell: (row: Row) => unknown
}

interface TableOptions<Row> {
  readonly id: string
  readonly title: string
  /** Stands in place of the rows if there are none. */
  readonly empty: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly note?: unknown
}

/** A table with a heading; on a narrow screen each row is a few lines of text, its figures named. */
export function table<Row>({ id, title, empty, columns, rows, note = '' }: TableOptions<Row>): Html {
  const body =
    rows.length === 0
      ? html`<p class="quiet">${empty}</p>`
      : html`<table aria-labelledby="${id}-title">
<thead><tr>${columns.map(({ name, isNumber }) => html`<th scope="col" class="${isNumber ? 'number' : ''}">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
          (row) =>
            html`<tr>${columns.map(
              ({ name, isNumber, isMain, cell }) =>
                html`<td data-name="${name}" class="${isNumber ? 'number' : isMain ? 'main' : ''}">${cell(row)}</td>`,
            )}</tr>
`,
        )}</tbody>
</table>`
  return html`<section id="${id}" data-part><h2 id="${id}-title">${title} ${note}</h2>${body}</section>`
}

/** Figures with their names. */
export function facts(id: string, items: readonly (readonly [name: string, value: unknown])[]): Html {
  return html`<dl id="${id}" class="facts" data-part>${items.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** Stands out: for what is not as it should be. */
export function pill(kind: 'warn' | 'bad' | 'plain', text: string): Html {
  return html`<span class="pill ${kind}">${text}</span>`
}

/** A moment, to the second. */
function instant(at: number): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`
}

/** For what is as it should be. */
export function quiet(text: string): Html {
  return html`<span class="quiet">${text}</span>`
}

/** How long ago, with the moment itself behind it. */
export function ago(at: number, now: number): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${since(Math.max(0, now - at) / 1000)}</time>`
}

function since(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** power
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`
}
