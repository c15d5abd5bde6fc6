import { SavepointError } from '../errors/savepoint-error.ts'
import type { ConstraintDetail, MutationFailure, Outcome } from '../mutators/failure.ts'
import type { Patch } from '../values/patch.ts'
import { decodePatch, type WirePatch } from '../values/wire-patch.ts'
import { type Fields, readCount, readList, readObject, readOneOf, readShortText, readText } from './fields.ts'

/** Server → client: the row changes from one version to another, and what became of this client's own mutations. */
export interface Poke {
  readonly type: 'poke'
  readonly outcomes: readonly OwnOutcome[]
  readonly from: number
  readonly to: number
  /** The digest of the room's content at `to`: 16 hex digits. */
  readonly digest: string
  readonly patch: Patch
}

/** An outcome of the receiving client's. The seed tells that it is the same mutation, and not a copied profile's. */
export interface OwnOutcome {
  readonly mutationID: number
  readonly seed: string
  readonly outcome: Outcome
}

/** An outcome whose JSON text is at hand, as the log keeps it. */
export interface EncodedOutcome {
  readonly mutationID: number
  readonly seed: string
  readonly outcome: string
}

/** The part of a poke that is the same for all who get it, encoded once. */
export function encodePokeBody(from: number, to: number, digest: string, patch: WirePatch): string {
  return encodePokeBodyText(from, to, digest, JSON.stringify(patch))
}

/** As {@link encodePokeBody}, from the JSON text of the patch. */
export function encodePokeBodyText(from: number, to: number, digest: string, patch: string): string {
  return `"from":${from},"to":${to},"digest":"${digest}","patch":${patch}}`
}

/** A whole poke frame: the receiver's own outcomes and the shared body. */
export function encodePoke(outcomes: readonly OwnOutcome[], body: string): string {
  return `{"type":"poke","outcomes":${outcomes.length === 0 ? '[]' : JSON.stringify(outcomes)},${body}`
}

/** As {@link encodePoke}, from outcomes that are text already: see {@link encodeOwnOutcome}. */
export function encodePokeText(outcomes: readonly string[], body: string): string {
  return `{"type":"poke","outcomes":[${outcomes.join(',')}],${body}`
}

export function encodeOwnOutcome({ mutationID, seed, outcome }: EncodedOutcome): string {
  return `{"mutationID":${mutationID},"seed":${JSON.stringify(seed)},"outcome":${outcome}}`
}

/** @throws SavepointError `bad-message` */
export function readPoke(fields: Fields): Poke {
  const from = readCount(fields, 'from')
  const to = readCount(fields, 'to')
  const digest = readText(fields, 'digest', 16)
  if (to < from || !/^[0-9a-f]{16}$/.test(digest))
    throw new SavepointError('bad-message', 'A poke was refused: its range or digest is malformed.')
  return { type: 'poke', outcomes: readList(fields, 'outcomes').map(readOwnOutcome), from, to, digest, patch: decodePatch(fields.patch) }
}

function readOwnOutcome(value: unknown): OwnOutcome {
  const fields = readObject(value, 'an outcome')
  return {
    mutationID: readCount(fields, 'mutationID', 1),
    seed: readShortText(fields, 'seed'),
    outcome: readOutcome(readObject(fields.outcome, 'outcome')),
  }
}

/** @throws SavepointError `bad-message` */
function readOutcome(fields: Fields): Outcome {
  if (fields.ok === true) return { ok: true, value: readText(fields, 'value') }
  const failure: MutationFailure = {
    reason: readOneOf(fields, 'reason', ['rejected', 'constraint', 'unauthorized', 'schema', 'cancelled']),
    code: readShortText(fields, 'code'),
    message: readText(fields, 'message'),
  }
  if (fields.constraint === undefined) return { ok: false, ...failure }
  return { ok: false, ...failure, constraint: readConstraint(readObject(fields.constraint, 'constraint')) }
}

function readConstraint(fields: Fields): ConstraintDetail {
  return {
    kind: readOneOf(fields, 'kind', ['unique', 'primary-key', 'not-null', 'check', 'foreign-key', 'trigger', 'datatype']),
    ...(fields.table === undefined ? {} : { table: readText(fields, 'table') }),
    ...(fields.columns === undefined ? {} : { columns: readList(fields, 'columns').map(String) }),
    ...(fields.name === undefined ? {} : { name: readText(fields, 'name') }),
  }
}
