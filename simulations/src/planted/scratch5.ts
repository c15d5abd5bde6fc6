// try <bug> <weather> <calls|-> <seeds>
import { PLANTED_BUGS } from './planted-bugs.ts'
import { tryBug } from './try-bug.ts'

const [name, weather, calls, seeds, stop] = process.argv.slice(2)
const bug = PLANTED_BUGS.find((b) => b.name === name)
if (!bug) throw new Error('no bug')
const t = await tryBug(
  {
    ...bug,
    weather: (weather && weather !== '-' ? weather : bug.weather) as never,
    ...(calls && calls !== '-' && { calls: calls.split(',') as never }),
  },
  { seeds: Number(seeds ?? 5), stopsAtFailure: stop === 'stop' },
)
console.log(name, t.seconds.toFixed(1), t.results.map((r) => (r.violation ? r.violation.checker : r.error ? 'ERROR' : '-')).join(' '))
const bad = t.results.find((r) => r.violation ?? r.error)
console.log((bad?.violation?.message ?? bad?.error ?? '').slice(0, 400))
