import type { OpenImage } from '../model/engine-pair.ts'
import { WorldModel } from '../model/world-model.ts'
import { BaseSurvives } from './base-survives.ts'
import { Bounds } from './bounds.ts'
import type { Checker } from './checker.ts'
import { ConfirmedVisible } from './confirmed-visible.ts'
import { Convergence } from './convergence.ts'
import { Determinism } from './determinism.ts'
import { DigestsAgree } from './digests-agree.ts'
import { Durable } from './durable.ts'
import { ExactlyOnce } from './exactly-once.ts'
import { Isolation } from './isolation.ts'
import { LiveRows } from './live-rows.ts'
import { NeverAtOdds } from './never-at-odds.ts'
import { NeverHalf } from './never-half.ts'
import { NoWedge } from './no-wedge.ts'
import { Order } from './order.ts'
import { OutcomesSurvive } from './outcomes-survive.ts'
import { OwnOutcomes } from './own-outcomes.ts'
import { PendingSurvives } from './pending-survives.ts'
import { ViewCheck } from './view-check.ts'

/**
 * All checkers of one run, in the order in which they are to be asked: who says most of a fault comes before who only sees what
 * follows from it.
 *
 * @param otherEngine opens an image with the other engine, on which all mutations are run as well
 */
export function allCheckers(otherEngine?: OpenImage): Checker[] {
  const model = new WorldModel(otherEngine)
  const views = new ViewCheck(model)
  return [
    new Durable(model),
    new ExactlyOnce(model),
    new Order(model),
    new Isolation(model),
    new OwnOutcomes(),
    new NoWedge(),
    new Convergence(model),
    new ConfirmedVisible(model, views),
    new NeverHalf(model, views),
    new DigestsAgree(model),
    new PendingSurvives(),
    new OutcomesSurvive(),
    new BaseSurvives(),
    new LiveRows(),
    new Bounds(),
    new NeverAtOdds(),
    new Determinism(model),
  ]
}
