export { type AppVersion, type ArgsGenerator, type Read, type SimulatedApp, SKIP, type Workload, type WorkloadEntry } from './app.ts'
export type { Random } from './scenario/random.ts'
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
