export { type AppVersion, type ArgsGenerator, type Read, type SimulatedApp, SKIP, type Workload, type WorkloadEntry } from './app.ts'
export type { ConvergenceOptions } from './convergence-options.ts'
export { defineSimulation } from './define-simulation.ts'
export { expectConvergence } from './expect-convergence.ts'
export type { Random } from './random.ts'
export { decodeScenario, encodeScenario } from './scenario/encode-scenario.ts'
export type {
  Action,
  ActionKind,
  ClientPlan,
  Failpoint,
  Latency,
  LinkPlan,
  NetworkProfile,
  Scenario,
  ServerPlan,
} from './scenario/scenario.ts'
export type { FaultName, SimulationOptions } from './scenario/simulation-options.ts'
export { WorkloadError } from './scenario/workload-error.ts'
export { type SimulateOptions, simulate } from './simulate.ts'
export { ConvergenceError } from './stage/convergence-error.ts'
export type { SeedsRun } from './stage/run-seeds.ts'
export type { ReportHead, Simulation } from './stage/stage.ts'
export { type StoryApp, type StoryClient, type StorySettings, story } from './story.ts'
export type { TableState, TraceEvent } from './trace/trace-event.ts'
export { Violation } from './view/violation.ts'
export { MutatorHangs } from './watchdog/watchdog.ts'
export type { CallCounts } from './world/call-counts.ts'
export { OutOfBounds } from './world/out-of-bounds.ts'
export type { Run } from './world/run-scenario.ts'
