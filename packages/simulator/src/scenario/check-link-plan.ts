import { type Inspector, show } from './inspector.ts'
import { NETWORK_PROFILES } from './network-profiles.ts'
import type { LinkPlan } from './scenario.ts'

const FIELDS: readonly (keyof LinkPlan)[] = ['latency', 'loss', 'duplicate', 'bytesPerSecond']

/** At a share of 1 nothing would ever arrive but for the bound on tries; so high a loss is a typing error. */
const LOSS_MAX = 0.9

/** Reports what is wrong with one direction of a line. */
export function checkLinkPlan(inspector: Inspector, path: string, value: unknown): void {
  const plan = inspector.object(path, value, FIELDS)
  if (plan === undefined) return
  checkLatency(inspector, `${path}.latency`, plan.latency)
  if (plan.loss !== undefined) inspector.number(`${path}.loss`, plan.loss, { min: 0, max: LOSS_MAX })
  if (plan.duplicate !== undefined) inspector.number(`${path}.duplicate`, plan.duplicate, { min: 0, max: 1 })
  if (plan.bytesPerSecond !== undefined) inspector.number(`${path}.bytesPerSecond`, plan.bytesPerSecond, { min: 1 })
}

/** Reports what is wrong with a latency. */
export function checkLatency(inspector: Inspector, path: string, value: unknown): void {
  if (typeof value === 'number') {
    inspector.number(path, value, { min: 0 })
    return
  }
  const kinds = ['uniform', 'heavyTail', 'profile']
  const latency = inspector.object(path, value, kinds)
  if (latency === undefined) return
  const [kind, ...others] = Object.keys(latency).filter((field) => kinds.includes(field))
  if (kind === undefined || others.length > 0) inspector.report(path, `${show(value)} must have one of ${kinds.join(', ')}`)
  else if (kind === 'profile') inspector.oneOf(`${path}.profile`, latency.profile, Object.keys(NETWORK_PROFILES), 'profile')
  else if (kind === 'uniform') checkUniform(inspector, `${path}.uniform`, latency.uniform)
  else checkHeavyTail(inspector, `${path}.heavyTail`, latency.heavyTail)
}

function checkUniform(inspector: Inspector, path: string, value: unknown): void {
  const bounds = inspector.list(path, value)
  if (!Array.isArray(value)) return
  if (bounds.length !== 2) return inspector.report(path, `${show(value)} is not a minimum and a maximum`)
  const [min, max] = bounds
  const areNumbers = [inspector.number(`${path}[0]`, min, { min: 0 }), inspector.number(`${path}[1]`, max, { min: 0 })]
  if (areNumbers.every(Boolean) && Number(max) < Number(min)) inspector.report(path, `the maximum ${max} is below the minimum ${min}`)
}

function checkHeavyTail(inspector: Inspector, path: string, value: unknown): void {
  const tail = inspector.object(path, value, ['median', 'spread', 'max'])
  if (tail === undefined) return
  const { median, spread, max } = tail
  inspector.number(`${path}.spread`, spread, { min: 0 })
  const areNumbers = [inspector.number(`${path}.median`, median, { min: 0 }), inspector.number(`${path}.max`, max, { min: 0 })]
  if (areNumbers.every(Boolean) && Number(max) < Number(median)) inspector.report(path, `the maximum ${max} is below the median ${median}`)
}
