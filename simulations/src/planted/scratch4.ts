import { simulate } from '@savepoint/simulator'
import { trapsApp, updatedTrapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

const seen = new Map<string, number>()
for (const weather of Object.keys(WEATHERS) as Weather[]) {
  if (weather === 'long') continue
  const t = performance.now()
  for (let i = 1; i <= Number(process.argv[2] ?? 10); i++) {
    const r = await simulate({
      ...(weather === 'updates' ? updatedTrapsApp : trapsApp),
      ...WEATHERS[weather],
      seed: `${process.argv[3] ?? 'planted'}/${i}`,
    })
    if (r.violation) console.log(weather, i, r.violation.checker, r.violation.message.slice(0, 300))
    for (const e of r.events)
      if (e.type === 'failed') {
        const k = `${e.node === 'server' ? 'server' : 'client'} ${e.error}`
        seen.set(k, (seen.get(k) ?? 0) + 1)
      }
    for (const e of r.events)
      if (e.type === 'sent' && e.kind === 'refusal') {
        const k = `refusal ${e.about}`
        seen.set(k, (seen.get(k) ?? 0) + 1)
      }
  }
  console.log(weather, ((performance.now() - t) / 1000).toFixed(1))
}
for (const [k, n] of seen) console.log(n, k)
