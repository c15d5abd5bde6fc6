import { simulate } from '@savepoint/simulator'
import { trapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

for (let i = 1; i <= 12; i++) {
  const t = performance.now()
  const r = await simulate({ ...trapsApp, ...WEATHERS[(process.argv[2] ?? 'any') as Weather], seed: `planted/${i}` })
  console.log(i, (performance.now() - t).toFixed(0), r.scenario.server.engine, r.calls, r.turns, r.violation?.message.slice(0, 200) ?? '')
}
