import { simulate } from '@savepoint/simulator'
import { calling, trapsApp } from '../apps/traps/traps-app.ts'
import { WEATHERS, type Weather } from './weathers.ts'

const [weather, seed, calls] = process.argv.slice(2)
const app = calls ? calling(trapsApp, calls.split(',') as never) : trapsApp
const r = await simulate({ ...app, ...WEATHERS[(weather ?? 'any') as Weather], seed: `planted/${seed ?? 1}` })
console.log(r.timeline().join('\n'))
console.log(r.violation?.message, r.calls, r.ranMs, r.turns, [...r.faults])
