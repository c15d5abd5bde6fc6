import type { AppVersion } from '../app.ts'
import { WorldModel } from '../model/world-model.ts'
import type { Checker } from './checker.ts'
import { Convergence } from './convergence.ts'
import { ExactlyOnce } from './exactly-once.ts'
import { NeverHalf } from './never-half.ts'
import { ViewCheck } from './view-check.ts'

/** All checkers of a run, in the order in which they are to be asked: what explains more comes first. */
export function allCheckers(_app: AppVersion): Checker[] {
  const model = new WorldModel()
  const views = new ViewCheck(model)
  return [new ExactlyOnce(model), new Convergence(model), new NeverHalf(model, views)]
}
