import { APPS } from './apps/apps.ts'
import { expectConvergence, simulate } from '@savepoint/simulator'
for (const [name, app] of Object.entries(APPS)) {
const t=performance.now()
try { const r = await expectConvergence({...app, clients: 3, mutations: 60, durationMs: 10000, runs: 100, timeMs: 60000, seed: 'x', shrinkMs: 20000})
console.log(name, r.runs, r.realMs/r.runs, r.calls/r.runs, r.clientMs/r.realMs, [...r.faults].sort().join(' '))
} catch (e) { console.log(name, performance.now()-t, (e as Error).message.slice(0, 8000)) }
}
