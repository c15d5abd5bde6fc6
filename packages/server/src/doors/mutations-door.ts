import { encodeFrame, type Outcome, type OwnOutcome, SavepointError } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'
import { ERROR } from './descriptions.ts'
import type { Door } from './door.ts'
import { DoorLine } from './door-line.ts'
import type { Entrance } from './entrance.ts'
import { readMutations } from './read-mutations.ts'

interface MutationsDoorOptions {
  readonly rooms: RoomHost
  readonly entrance: Pick<Entrance, 'enter'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Returns what cancels it. */
  readonly after: (ms: number, task: () => void) => () => void
  readonly bodyBytesMax: number
  /** How long an answer waits for the outcomes. */
  readonly outcomesWaitMs: number
}

/**
 * `POST /rooms/:room/mutations`: calls mutators without a client's replica, and answers with their outcomes once they are
 * durable. Asked again, it gives the same answer, and runs nothing twice.
 */
export function mutationsDoor({ rooms, entrance, now, after, bodyBytesMax, outcomesWaitMs }: MutationsDoorOptions): Door {
  async function answer(request: Request, room: string): Promise<Response> {
    const { clientID, schema, confirmed, mutations } = await readMutations(await request.text(), now())
    const outcomes = new Map<number, OwnOutcome>()
    const isComplete = () => mutations.every(({ mutationID }) => outcomes.has(mutationID))
    let version = 0
    let isDone = () => {}
    let failed = (_: SavepointError) => {}
    const done = new Promise<void>((resolve, reject) => {
      isDone = resolve
      failed = reject
    })
    done.catch(() => {})
    const line = new DoorLine(
      { clientID, schema, confirmed },
      {
        poked(frame) {
          const poke = JSON.parse(frame) as { readonly outcomes: readonly OwnOutcome[]; readonly to: number }
          for (const outcome of poke.outcomes) outcomes.set(outcome.mutationID, outcome)
          version = poke.to
          if (isComplete()) isDone()
        },
        ended: failed,
        bufferedBytes: 0,
      },
    )
    const stopWaiting = after(outcomesWaitMs, () => failed(new SavepointError('unavailable', UNDECIDED)))
    try {
      await Promise.race([
        line.open(
          (socket) => entrance.enter(request, room, socket),
          () => rooms.create(room),
        ),
        done,
      ])
      if (!isComplete()) line.say(encodeFrame({ type: 'push', mutations, confirmed }))
      await done
    } finally {
      stopWaiting()
      line.leave()
    }
    const answers = mutations.map(({ mutationID, seed }) => {
      const found = outcomes.get(mutationID) as OwnOutcome
      if (found.seed !== seed) throw new SavepointError('client-forked', anotherIs(mutationID))
      return { mutationID, outcome: plainOutcome(found.outcome) }
    })
    return Response.json({ epoch: line.room?.epoch, version, outcomes: answers })
  }

  return { method: 'post', path: '/mutations', operation: OPERATION, bodyBytesMax, answer }
}

const OPERATION = {
  operationId: 'postMutations',
  summary: 'Calls of mutators, without a replica',
  description:
    'Answered with what became of each once it is durable. The mutationIDs of a clientID are 1, 2, 3 …; a request that may have been lost is sent again as it was, and nothing is run twice. One clientID, one request at a time.',
  requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Mutations' } } } },
  responses: {
    200: {
      description: 'What became of each mutation. A rejected one is an outcome too.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Outcomes' } } },
    },
    default: ERROR,
  },
}

/** A mutator's return value as plain JSON, with superjson's `meta` beside it where JSON does not say all. */
function plainOutcome(outcome: Outcome): object {
  if (!outcome.ok) return outcome
  if (outcome.value === '') return { ok: true }
  const { json, meta } = JSON.parse(outcome.value) as { json: unknown; meta?: unknown }
  return { ok: true, value: json, ...(meta !== undefined && { meta }) }
}

function anotherIs(mutationID: number): string {
  return `Mutation ${mutationID} of this clientID is another one here. Nothing of this was applied; go on from the last one, or take a new clientID.`
}

const UNDECIDED = 'There is no outcome yet. What was posted may still be run, and is not run twice: post the same again to learn of it.'
