import { simulate } from '@savepoint/simulator'
import { trapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS } from './weathers.ts'

const t = performance.now()
const r = await simulate({ ...trapsApp, ...WEATHERS.any, seed: process.argv[2] ?? 'planted/1' })
console.log(r.violation?.message, r.calls, r.ranMs, r.turns, [...r.faults])
console.log(new Set(r.events.filter((e) => e.type === 'failed').map((e) => e.error)))
if (process.argv[3]) console.log(r.timeline().join('\n'))
console.log(performance.now() - t)
