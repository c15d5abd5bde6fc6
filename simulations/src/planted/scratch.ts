import { tryAll } from './planted.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'

const t = performance.now()
const [seeds, stop, ...names] = process.argv.slice(2)
const bugs = names.length ? PLANTED_BUGS.filter((b) => names.some((n) => b.name.includes(n) || b.weather === n)) : PLANTED_BUGS
const { falseAlarms } = await tryAll({
  seeds: Number(seeds),
  stopsAtFailure: stop === 'stop',
  bugs,
  onTrial: ({ bug, results, seconds }) => {
    const kinds = new Map<string, number>()
    for (const r of results) {
      const k = r.violation ? `${r.violation.guarantee}/${r.violation.checker}` : r.error ? 'ERROR' : 'clean'
      kinds.set(k, (kinds.get(k) ?? 0) + 1)
    }
    const first = results.findIndex((r) => r.violation) + 1
    const bad = results.find((r) => r.violation ?? r.error)
    console.log(
      `${first ? 'ok  ' : 'MISS'} ${bug.name.padEnd(32)} ${bug.weather.padEnd(12)} first ${first}/${results.length} ${seconds.toFixed(1)}s ${[...kinds].map(([k, n]) => `${k}:${n}`).join(' ')} | ${(bad?.violation?.message ?? bad?.error ?? '').slice(0, 160).replaceAll('\n', ' ')}`,
    )
  },
})
console.log('FALSE', falseAlarms)
console.log(((performance.now() - t) / 1000).toFixed(1))
