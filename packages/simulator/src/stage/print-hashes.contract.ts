import { EXAMPLE_APP } from '../scenario/example-app.contract.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import { Stage } from './stage.ts'

// A program: prints the trace hash of each seed in its arguments.
const stage = await Stage.open(EXAMPLE_APP)
for (const seed of process.argv.slice(2)) console.log((await stage.run(generateScenario(EXAMPLE_APP, {}, seed))).traceHash)
await stage.close()
