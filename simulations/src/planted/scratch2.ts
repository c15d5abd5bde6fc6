import { simulate } from '@savepoint/simulator'
import { trapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

const [weather, seed] = process.argv.slice(2)
const r = await simulate({ ...trapsApp, ...WEATHERS[(weather ?? 'any') as Weather], seed: `planted/${seed ?? 1}` })
console.log(r.timeline().join('\n'))
console.log(r.violation?.message, r.calls, r.ranMs, r.turns, [...r.faults])
