/** The page's look. Colours are by Okabe and Ito, made darker on light paper: they are told apart by all eyes. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fff;
  --ink: #1d2430;
  --muted: #667085;
  --faint: #e6e9ef;
  --veil: #f6f7f9;
  --card: #fff;
  --edge: #b8c0cc;
  --good: #00785a;
  --bad: #c02626;
  --warn: #9a6200;
  --server: #4a5568;
  --c0: #0067b0;
  --c1: #c96800;
  --c2: #00855f;
  --c3: #b04a8f;
  --c4: #2a9fd6;
  --c5: #8a6d00;
  --c6: #5b4bc4;
  --c7: #6b5344;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d;
    --ink: #e8ecf2;
    --muted: #94a0b2;
    --faint: #262d38;
    --veil: #181d26;
    --card: #1d2430;
    --edge: #465062;
    --good: #3fcf9f;
    --bad: #ff7b72;
    --warn: #f0b13c;
    --server: #a3afc2;
    --c0: #5aaef2;
    --c1: #f5a03d;
    --c2: #35c796;
    --c3: #e58fc4;
    --c4: #7fd0f7;
    --c5: #e3c94a;
    --c6: #a99cff;
    --c7: #c9a78f;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 14px/1.45 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  min-width: max-content;
}
.client-0 { --c: var(--c0); }
.client-1 { --c: var(--c1); }
.client-2 { --c: var(--c2); }
.client-3 { --c: var(--c3); }
.client-4 { --c: var(--c4); }
.client-5 { --c: var(--c5); }
.client-6 { --c: var(--c6); }
.client-7 { --c: var(--c7); }
.server { --c: var(--server); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.warn { color: var(--warn); }
.muted { color: var(--muted); }
svg .good { fill: var(--good); }
svg .bad { fill: var(--bad); }
svg .warn { fill: var(--warn); }
svg .muted { fill: var(--muted); }
.head { padding: 18px 24px 12px; max-width: 100vw; position: sticky; left: 0; }
h1 { font-size: 22px; margin: 0; display: inline; }
h2 { font-size: 18px; margin: 0 0 8px; }
h3 { font-size: 14px; margin: 12px 0 6px; color: var(--muted); font-weight: 500; }
.verdict {
  display: inline-block;
  margin-left: 12px;
  padding: 2px 12px;
  border-radius: 99px;
  border: 1.5px solid currentColor;
  font-weight: 600;
  vertical-align: 3px;
}
.violation {
  margin: 12px 0 4px;
  padding: 10px 16px;
  border-left: 6px solid var(--bad);
  background: color-mix(in srgb, var(--bad) 9%, var(--paper));
  border-radius: 4px;
  max-width: 1200px;
}
.violation b { font-size: 20px; color: var(--bad); }
.violation p { margin: 2px 0 0; font-size: 18px; white-space: pre-wrap; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 8px 0 0; padding: 0; align-items: baseline; }
.facts dt { display: inline; color: var(--muted); margin-right: 6px; }
.facts dd { display: inline; margin: 0; }
code, .facts dd { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 12.5px; }
.facts .command { background: var(--veil); border: 1px solid var(--faint); padding: 2px 8px; border-radius: 5px; user-select: all; }
.bar { position: sticky; top: 0; z-index: 3; background: var(--paper); border-bottom: 1px solid var(--edge); }
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 18px;
  padding: 6px 24px;
  position: sticky;
  left: 0;
  max-width: 100vw;
  align-items: center;
  font-size: 12.5px;
  border-top: 1px solid var(--faint);
  background: var(--veil);
}
.tools fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.tools legend { float: left; margin-right: 8px; color: var(--muted); }
.tools label { display: inline-flex; gap: 4px; align-items: center; cursor: pointer; }
.tools input { margin: 0; accent-color: var(--ink); }
.tools button { font: inherit; }
.lanes { position: relative; height: 44px; margin-left: 8px; }
.lane { position: absolute; width: 200px; margin-left: -100px; text-align: center; bottom: 5px; line-height: 1.2; }
.lane b { color: var(--c); font-size: 15px; }
.lane small { display: block; color: var(--muted); font-size: 11px; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 50%; background: var(--c); margin-right: 6px; }
.server .swatch { border-radius: 2px; }
main { display: grid; grid-template-columns: max-content 46px 280px; align-items: start; gap: 0 8px; }
#picture { display: block; margin-left: 8px; }
#picture text { font-size: 12px; fill: var(--ink); }
#picture .label, #picture .caption { paint-order: stroke; stroke: var(--paper); stroke-width: 3.5px; stroke-linejoin: round; }
#picture .caption { font-size: 10.5px; fill: var(--c); }
#picture .small { font-size: 11px; }
#picture .time { font-size: 11px; fill: var(--muted); font-variant-numeric: tabular-nums; }
#picture text.good, #picture tspan.good { fill: var(--good); }
#picture text.bad, #picture tspan.bad { fill: var(--bad); font-weight: 600; }
#picture text.warn { fill: var(--warn); }
#picture text.muted, #picture tspan.muted { fill: var(--muted); }
.tick { stroke: var(--faint); }
.break { fill: none; stroke: var(--muted); stroke-width: 1.2; }
.lifeline { stroke: var(--edge); }
.band { stroke: none; }
.band.bare { fill: var(--faint); }
.chip { stroke: var(--paper); stroke-width: 1; }
#picture .version { fill: #fff; font-size: 10.5px; font-weight: 700; }
#picture .version.on-light { fill: #10202c; }
.ring { fill: var(--paper); stroke: var(--ink); stroke-width: 1.4; }
.rebase { font-style: italic; }
.card { fill: var(--card); stroke: var(--edge); }
.whose { fill: var(--c); }
#picture .rejected { text-decoration: line-through; fill: var(--bad); }
.dot { fill: var(--c); stroke: var(--paper); stroke-width: 1.5; }
.dot.hollow { fill: var(--paper); stroke: var(--bad); stroke-width: 2; }
.pending { fill: var(--c); }
.pending.unsaved { fill: var(--paper); stroke: var(--c); }
.durable { stroke: var(--paper); stroke-width: 1.5; }
.end { fill: none !important; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.end.good { stroke: var(--good); }
.end.bad { stroke: var(--bad); stroke-width: 2.2; }
.sign { stroke: none; }
.plate { stroke: var(--edge); stroke-width: 1.4; }
svg .plate { fill: var(--paper); }
.plate.good { stroke: var(--good); }
.plate.warn { stroke: var(--warn); }
.plate.bad { stroke: var(--bad); }
.wire { stroke: var(--c); stroke-width: 1.5; }
.message path, .ping path { fill: var(--c); }
.down .wire { stroke-opacity: .62; stroke-width: 1.2; }
.message .cross { fill: none; stroke: var(--bad); stroke-width: 2.4; }
.again .wire { stroke-dasharray: 5 3; }
.lost .wire, .open .wire { stroke-dasharray: 3 3; }
.lost .caption { fill: var(--bad) !important; }
.ping .wire { stroke-opacity: .4; }
.reach { fill: transparent; stroke: transparent; stroke-width: 9; }
.shade-down { fill: url(#down); stroke: var(--edge); }
.shade-fault { fill: url(#fault); stroke: var(--warn); stroke-opacity: .6; }
.calm { stroke: var(--good); stroke-width: 1.5; stroke-dasharray: 8 4; }
.ended { stroke-width: 2.5; }
.ended.bad { stroke: var(--bad); }
.ended.good { stroke: var(--good); }
.mark { cursor: pointer; outline: none; transition: opacity .12s; }
.dimmed .mark { opacity: .13; }
.dimmed .shade { opacity: .4; }
.dimmed .mark.lit, .dimmed .lit .mark, .dimmed .mark:has(> .lit) { opacity: 1; }
.mark.lit .wire { stroke-width: 2.4; stroke-opacity: 1; }
.mark.lit .caption { display: inline !important; font-weight: 700; }
.mark:focus-visible .reach, .mark.chosen .reach { stroke: color-mix(in srgb, var(--c) 30%, transparent); }
.mark:focus-visible .plate, .mark.chosen .plate, .mark:focus-visible .chip, .mark.chosen .chip, .mark:focus-visible .card, .mark.chosen > .card {
  stroke: var(--ink);
  stroke-width: 2;
}
pattern .paper { fill: var(--veil); }
.stripe { stroke: var(--edge); stroke-opacity: .7; }
.stripe-fault { stroke: var(--warn); stroke-opacity: .28; }
.off { display: none; }
.crowded .caption { display: none; }
#map {
  position: sticky;
  top: 130px;
  width: 46px;
  height: calc(100vh - 150px);
  cursor: pointer;
  background: var(--veil);
  border-radius: 4px;
}
aside {
  position: sticky;
  top: 130px;
  width: 280px;
  max-height: calc(100vh - 140px);
  overflow: auto;
  padding: 10px 14px;
  background: var(--veil);
  border-radius: 6px;
  font-size: 13px;
}
aside.kept { right: 0; }
aside h2 { font-size: 15px; }
aside p { margin: 4px 0 10px; overflow-wrap: anywhere; }
aside dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 3px 10px; }
aside dt { color: var(--muted); }
aside dd { margin: 0; overflow-wrap: anywhere; }
aside .bad { color: var(--bad); }
.legend { list-style: none; margin: 0; padding: 0; }
.legend li { display: grid; grid-template-columns: 46px 1fr; gap: 8px; align-items: center; margin: 5px 0; }
.legend svg { display: block; }
.legend svg text { font-size: 10.5px; }
#states { padding: 20px 24px 40px; position: sticky; left: 0; max-width: 100vw; }
.states { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
.state {
  border: 1px solid var(--edge);
  border-top: 4px solid var(--c);
  border-radius: 6px;
  padding: 8px 12px;
  min-width: 210px;
  max-width: 480px;
  overflow: auto;
}
.state h4 { margin: 0; color: var(--c); font-size: 15px; }
.state h4 span { float: right; font-size: 12px; margin-left: 14px; }
.state p { margin: 2px 0 8px; font-size: 12px; }
table { border-collapse: collapse; font-size: 12.5px; margin-bottom: 8px; }
caption { text-align: left; font-weight: 600; padding: 2px 0; }
th, td {
  text-align: left;
  padding: 2px 10px 2px 4px;
  border-bottom: 1px solid var(--faint);
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
th { color: var(--muted); font-weight: 500; }
.flag { font-size: 11px; font-weight: 700; color: var(--bad); white-space: nowrap; }
tr.differs td { background: color-mix(in srgb, var(--bad) 10%, transparent); }
tr.missing td { color: var(--muted); text-decoration: line-through; background: color-mix(in srgb, var(--bad) 5%, transparent); }
td.other { font-weight: 700; }
tr.missing .flag { color: var(--bad); text-decoration: none; }
@media print {
  body { min-width: 0; }
  .tools, #map, aside { display: none; }
  main { display: block; }
  .bar, .head, #states { position: static; }
  .lanes { display: none; }
  #picture { width: 100%; height: auto; margin: 0; }
  .printed { display: inline !important; }
  * { print-color-adjust: exact; }
}
.printed { display: none; }
`
