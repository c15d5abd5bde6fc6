import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What Zero's packages ask for. */
const NODE_MIN = 22

/** The path of a Node that zero-cache can run on: this one, or one that is named, or the one that the peers install. */
export function nodeForZero(): string | undefined {
  if (majorOf(process.version) >= NODE_MIN) return process.execPath
  const named = process.env.SAVEPOINT_BENCH_NODE_22
  if (named !== undefined) return isNewEnough(named) ? named : undefined
  const installed = fileURLToPath(new URL(`../../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url))
  return isNewEnough(installed) ? installed : undefined
}

/** Why there is none. */
export function whyNoNode(): string | undefined {
  if (nodeForZero() !== undefined) return undefined
  return `zero-cache needs Node ${NODE_MIN}, and this is ${process.version}; SAVEPOINT_BENCH_NODE_22 may name another one.`
}

function isNewEnough(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    return majorOf(execFileSync(path, ['--version'], { encoding: 'utf8' })) >= NODE_MIN
  } catch {
    return false
  }
}

function majorOf(version: string): number {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0)
}
