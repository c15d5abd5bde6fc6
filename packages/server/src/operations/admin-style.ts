/** The page's looks. */
export const ADMIN_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #fff; --ink: #1c1e21; --soft: #62676e; --line: #e2e3e1;
  --link: #1457b8; --good: #17673b; --good-paper: #e0f2e6; --warn: #7a4b00; --warn-paper: #fdf0d4; --bad: #a11b1b; --bad-paper: #fde4e2;
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131517; --card: #1b1e21; --ink: #e7e9ea; --soft: #9aa1a8; --line: #2e3338;
    --link: #86b7ff; --good: #86dca6; --good-paper: #16331f; --warn: #f2c46d; --warn-paper: #3a2c0e; --bad: #ff9d94; --bad-paper: #42191a;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 0 1.25rem 4rem; background: var(--paper); color: var(--ink); }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .9rem 0; border-bottom: 1px solid var(--line); }
.brand { font-weight: 650; color: var(--ink); text-decoration: none; }
.state { display: flex; gap: .75rem; align-items: center; margin-right: auto; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 1.5rem 0 1rem; overflow-wrap: anywhere; }
.path { margin: 1.25rem 0 -1.1rem; }
h2 { font-size: 1rem; margin: 2.25rem 0 .6rem; }
h2 .quiet { font-weight: 400; }
a { color: var(--link); }
code { font: .87em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.facts div { flex: 1 1 8rem; background: var(--card); padding: .6rem .85rem; }
.facts dt { color: var(--soft); font-size: .82rem; }
.facts dd { margin: 0; font-size: 1.15rem; overflow-wrap: anywhere; }
.origin { font-size: .87rem; margin: .6rem 0 0; display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
th, td { padding: .45rem .85rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { font-size: .82rem; font-weight: 500; color: var(--soft); white-space: nowrap; }
td { overflow-wrap: anywhere; }
td.main { min-width: 15rem; }
td .quiet { white-space: nowrap; }
td[data-name=when], td[data-name=version] { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.pill { display: inline-block; padding: 0 .55rem; border-radius: 1rem; font-size: .82rem; line-height: 1.6; white-space: nowrap; border: 1px solid transparent; }
.pill.good { color: var(--good); background: var(--good-paper); }
.pill.warn { color: var(--warn); background: var(--warn-paper); }
.pill.bad { color: var(--bad); background: var(--bad-paper); }
.pill.plain { color: var(--soft); border-color: var(--line); }
p.bad { color: var(--bad); }
.notice { background: var(--bad-paper); padding: .6rem .85rem; border-radius: 8px; }
form label { display: block; color: var(--soft); font-size: .82rem; margin: 1.25rem 0 .25rem; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: .35rem .7rem; }
input { width: min(24rem, 100%); }
button { cursor: pointer; }
button[aria-pressed=true] { background: var(--warn-paper); color: var(--warn); border-color: currentColor; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.narrow { max-width: 24rem; margin: 12vh auto 0; }
.asking #sign-in { visibility: hidden; }
[hidden] { display: none; }
@media (max-width: 44rem) {
  body { padding: 0 .9rem 3rem; }
  header { gap: .5rem .75rem; }
  .state { gap: .6rem; }
  .as-of { display: none; }
  .facts div { flex-basis: 6rem; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .6rem .85rem; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td, td.number { padding: 0; border: 0; white-space: normal; max-width: 100%; }
  td:empty { display: none; }
  td.number::before { content: attr(data-name) ' '; color: var(--soft); font-size: .82rem; }
  td.main { order: -1; min-width: 0; flex-basis: 100%; font-weight: 600; }
}
`
