import { setTimeout as wait } from 'node:timers/promises'
import { readCases, saveCase } from './cases.ts'
import { diceOf } from './dice.ts'
import { fire } from './fire.ts'
import { httpShot } from './http-shots.ts'
import { minimise } from './minimise.ts'
import { OddValues } from './odd-values.ts'
import type { Shot } from './shot.ts'
import { socketShot } from './socket-shots.ts'
import { Target } from './target.ts'
import { wrongOf } from './wrong-of.ts'

/** Connections at a time: most of them wait, for the disk or for an answer that does not come. */
const LANES = 32
/** Requests come by the dozen, frames by the handful. */
const HTTP_SHARE = 0.35
const HONEST_EVERY_MS = 50
const HONEST_MS_MAX = 120_000
/** How often the server's memory is looked at, in inputs. */
const LOOKS = 300
/** Until the compiler has seen it all, and caches are full. */
const WARM_UP_SHARE = 0.25
/** Failures after which there is nothing more to learn from a run. */
const PROBLEMS_MAX = 5

interface FuzzOptions {
  readonly directory: string
  readonly inputs: number
  readonly seed: number
  /** From the median of the first third after the warm-up to that of the last. */
  readonly rssRatioMax: number
  /** Makes what fails small and keeps it as a case. */
  readonly keepsCases: boolean
  readonly print: (line: string) => void
}

interface FuzzResult {
  readonly ok: boolean
  readonly seed: number
  readonly inputs: number
  readonly requests: number
  readonly frames: number
  readonly connections: number
  readonly inputsPerSecond: number
  /** Of the thirds after the warm-up. */
  readonly rssBytes: readonly number[]
  readonly rssRatio: number
  /** Calls of an honest client that were confirmed meanwhile. */
  readonly honest: number
  /** Answers by status, and frames by type. */
  readonly replies: { readonly [kind: string]: number }
  readonly problems: readonly string[]
}

/** Sends garbage to every door of a server, and looks at what comes of it. */
export async function fuzz({ directory, inputs, seed, rssRatioMax, keepsCases, print }: FuzzOptions): Promise<FuzzResult> {
  const target = await Target.open(directory)
  const odd = new OddValues(seed)
  const problems: string[] = []
  const replies = new Map<string, number>()
  const counts = { http: 0, socket: 0, connections: 0 }
  const rss: number[] = []
  const startedAt = performance.now()
  const isOver = () => counts.http + counts.socket >= inputs || problems.length >= PROBLEMS_MAX
  let told = 0

  const lane = async () => {
    while (!isOver()) {
      const dice = diceOf(`${seed}/${counts.connections++}`)
      const shot = dice.chance(HTTP_SHARE) ? httpShot(dice, odd) : socketShot(dice, odd)
      const reply = await fire(target.server.port, shot)
      counts[shot.door] += shot.door === 'http' ? Math.max(1, reply.answers.length) : shot.parts.length
      for (const { status } of reply.answers) count(`${status}`)
      for (const frame of reply.frames)
        count(/^\{"type":"(\w+)"(?:,"code":"([\w-]+)")?/.exec(frame)?.slice(1).filter(Boolean).join(' ') ?? '?')
      const wrong = target.server.isUp ? wrongOf(reply, target.secrets) : 'the server is gone'
      if (wrong !== undefined) await failed(shot, wrong)
      look()
    }
  }
  const count = (kind: string) => replies.set(kind, (replies.get(kind) ?? 0) + 1)
  const look = () => {
    const done = counts.http + counts.socket
    if (done < (rss.length * inputs) / LOOKS || !target.server.isUp) return
    rss.push(target.rssBytes())
    if (rss.length % (LOOKS / 20) !== 0 || rss.length === told) return
    told = rss.length
    print(`${done} inputs, ${Math.round(done / ((performance.now() - startedAt) / 1000))}/s, RSS ${megabytes(rss.at(-1) ?? 0)}`)
  }
  /** Another connection may have been the one: what fails again by itself is kept. */
  const failed = async (shot: Shot, wrong: string) => {
    if (problems.length >= PROBLEMS_MAX) return
    problems.push(wrong)
    print(`wrong: ${wrong}`)
    if (!keepsCases) return
    const fails = async (smaller: Shot) => {
      if (!target.server.isUp) await target.server.start()
      const reply = await fire(target.server.port, smaller)
      await wait(20)
      return !target.server.isUp || wrongOf(reply, target.secrets) !== undefined
    }
    if (!(await fails(shot))) return print('It does not fail again by itself.')
    print(`The least of it is in ${saveCase(await minimise(shot, fails), wrong)}`)
    if (!target.server.isUp) await target.server.start()
  }
  const honest = async () => {
    while (!isOver()) {
      const wrong = await Promise.race([target.honest.work(), wait(HONEST_MS_MAX, 'the honest client hears nothing', { ref: false })])
      if (wrong !== undefined) problems.push(wrong)
      await wait(HONEST_EVERY_MS)
    }
  }

  try {
    for (const { name, shot, wrong } of readCases()) {
      const again = wrongOf(await fire(target.server.port, shot), target.secrets)
      if (again !== undefined || !target.server.isUp) problems.push(`${name}: ${again ?? 'the server is gone'}; it was once: ${wrong}`)
    }
    await Promise.all([...Array.from({ length: LANES }, lane), honest()])
    const seconds = (performance.now() - startedAt) / 1000
    const health = await fetch(`${target.server.url}/healthz`)
    if (!health.ok) problems.push(`/healthz answers ${health.status}`)
    const lastly = await target.honest.work()
    if (lastly !== undefined) problems.push(lastly)
    problems.push(...(await target.filesWrong()))
    const thirds = medians(rss.slice(Math.floor(rss.length * WARM_UP_SHARE)))
    const rssRatio = (thirds[2] ?? 0) / (thirds[0] ?? 1)
    if (rssRatio > rssRatioMax) problems.push(`the server has grown from ${megabytes(thirds[0] ?? 0)} to ${megabytes(thirds[2] ?? 0)}`)
    const { http, socket, connections } = counts
    return {
      ok: problems.length === 0,
      seed,
      inputs: http + socket,
      requests: http,
      frames: socket,
      connections,
      inputsPerSecond: Math.round((http + socket) / seconds),
      rssBytes: thirds,
      rssRatio,
      honest: target.honest.confirmed,
      replies: Object.fromEntries([...replies].sort(([a], [b]) => (a < b ? -1 : 1))),
      problems,
    }
  } finally {
    await target.close()
  }
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}

function medians(values: readonly number[]): number[] {
  const size = Math.floor(values.length / 3)
  return [0, 1, 2].map((third) => {
    const part = values.slice(third * size, (third + 1) * size).sort((a, b) => a - b)
    return part[part.length >> 1] ?? 0
  })
}
