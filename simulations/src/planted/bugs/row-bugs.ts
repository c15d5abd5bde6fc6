import type { PlantedBug } from '../planted-bug.ts'

const CAPTURE = 'packages/sqlite/src/capture/capture.ts'
const CHANGES = 'packages/sqlite/src/capture/table-changes.ts'
const TABLE = 'packages/sqlite/src/apply/table-applier.ts'
const TRIGGERS = 'packages/sqlite/src/apply/trigger-suspension.ts'
const WIRE = 'packages/core/src/values/wire-patch.ts'

/** Row changes: found, carried, applied, added up. */
export const ROW_BUGS: readonly PlantedBug[] = [
  {
    name: 'replace-not-seen',
    about: 'rows that REPLACE takes away are not captured',
    guarantees: ['G3'],
    weather: 'any',
    edits: [
      { file: CAPTURE, find: "driver.exec('PRAGMA recursive_triggers = ON')", replace: "driver.exec('PRAGMA recursive_triggers = OFF')" },
    ],
  },
  {
    name: 'cascades-not-seen',
    about: 'rows that go with their parent are not captured',
    guarantees: ['G3', 'G8'],
    weather: 'any',
    calls: ['makeList', 'addItem', 'dropList', 'renameList', 'moveItem'],
    edits: [
      {
        file: 'packages/sqlite/src/capture/trigger-sql.ts',
        find: '  if (endGuard.length > 0) triggers.push',
        replace:
          "  if (table.foreignKeys.length > 0) triggers.splice(triggers.findIndex(({ name }) => name === 'delete'), 1)\n  if (endGuard.length > 0) triggers.push",
      },
    ],
  },
  {
    name: 'after-image-too-early',
    about: 'a row that a mutation changes twice is captured as it was in between',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    edits: [
      {
        file: CHANGES,
        find: '  readonly #reader: RowReader\n',
        replace: '  readonly #reader: RowReader\n  readonly #early = new Map<string | number, Row>()\n',
      },
      {
        file: CHANGES,
        find: '    if (!this.#touched.has(key)) this.#touched.set(key, { pk: pk.map((i) => args[1 + i] as ExactValue), before: args.slice(1) })',
        replace:
          '    if (!this.#touched.has(key)) this.#touched.set(key, { pk: pk.map((i) => args[1 + i] as ExactValue), before: args.slice(1) })\n    else this.#early.set(key, args.slice(1))',
      },
      {
        file: CHANGES,
        find: '    for (const { pk, before } of this.#touched.values()) {\n      const after = this.#reader.read(pk)',
        replace:
          '    const early = new Map(this.#early)\n    this.#early.clear()\n    for (const [key, { pk, before }] of this.#touched) {\n      const after = early.get(key) ?? this.#reader.read(pk)',
      },
    ],
  },
  {
    name: 'sequences-not-captured',
    about: 'what AUTOINCREMENT gives out is no change',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    edits: [
      {
        file: CAPTURE,
        find: 'if (wrote && this.#sequenceReader !== undefined) this.#collectSequences',
        replace: 'if (!wrote && this.#sequenceReader !== undefined) this.#collectSequences',
      },
    ],
  },
  {
    name: 'sequences-only-with-rows',
    about: 'what AUTOINCREMENT gave out for a row that did not stay is no change',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    calls: ['openTicket', 'passTicket'],
    edits: [
      {
        file: CAPTURE,
        find: 'if (wrote && this.#sequenceReader !== undefined) this.#collectSequences',
        replace: 'if (changes.length > 0 && this.#sequenceReader !== undefined) this.#collectSequences',
      },
    ],
  },
  {
    name: 'sequences-not-applied',
    about: 'a patch leaves what AUTOINCREMENT has given out as it is',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    calls: ['openTicket', 'passTicket', 'closeNewestTicket'],
    edits: [
      {
        file: 'packages/sqlite/src/apply/sequence-applier.ts',
        find: '    else if (!sameValue(is, wanted)) this.#update.run([wanted, name])',
        replace: '    else if (!sameValue(is, wanted) && Number(is) > Number(wanted)) this.#update.run([wanted, name])',
      },
    ],
  },
  {
    name: 'puts-before-deletes',
    about: 'a patch is applied with its deletes last',
    guarantees: ['G3'],
    weather: 'any',
    edits: [
      {
        file: TABLE,
        find: '    for (const key of patch.deletes) {\n',
        replace: '    const deleteAll = () => { for (const key of patch.deletes) {\n',
      },
      {
        file: TABLE,
        find: '      delta.subtract(name, before)\n    }\n    const inserts',
        replace: '      delta.subtract(name, before)\n    } }\n    const inserts',
      },
      {
        file: TABLE,
        find: '    for (const row of inserts) this.#insertRow(row)\n',
        replace: '    for (const row of inserts) this.#insertRow(row)\n    deleteAll()\n',
      },
    ],
  },
  {
    name: 'unique-values-collide',
    about: 'rows that swap a UNIQUE value are updated one by one',
    guarantees: ['G3'],
    weather: 'any',
    calls: ['enter', 'swap', 'leave'],
    edits: [{ file: TABLE, find: 'if (this.#movesUnique(before, row)) {', replace: 'if (this.#movesUnique(row, row)) {' }],
  },
  {
    name: 'triggers-fire-on-apply',
    about: 'the app’s triggers fire when a patch is applied',
    guarantees: ['G3'],
    weather: 'any',
    edits: [
      {
        file: TRIGGERS,
        find: 'return table.triggers.some((trigger) => !trigger.derivedOnly) ? new TriggerSuspension(table.triggers) : undefined',
        replace: 'return undefined',
      },
    ],
  },
  {
    name: 'derived-not-kept',
    about: 'the full-text index does not hear of what a patch brings',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    calls: ['note', 'forgetNotes'],
    edits: [
      {
        file: TRIGGERS,
        find: 'return table.triggers.some((trigger) => !trigger.derivedOnly) ? new',
        replace: 'return table.triggers.length > 0 ? new',
      },
      { file: TRIGGERS, find: 'const silenced = triggers.filter((trigger) => !trigger.derivedOnly)', replace: 'const silenced = triggers' },
      { file: TRIGGERS, find: '...again.filter((trigger) => trigger.derivedOnly).map(dropTrigger), ', replace: '' },
    ],
  },
  {
    name: 'bigints-rounded',
    about: 'integers beyond 2^53 are rounded on the wire',
    guarantees: ['G3'],
    weather: 'any',
    edits: [
      {
        file: WIRE,
        find: "if (typeof value === 'bigint') return ['i', value.toString()]",
        replace: "if (typeof value === 'bigint') return ['i', String(BigInt(Number(value) - 1024))]",
      },
    ],
  },
  {
    name: 'blobs-cut',
    about: 'the last byte of a blob is lost on the wire',
    guarantees: ['G3'],
    weather: 'any',
    calls: ['keep', 'drop'],
    edits: [{ file: WIRE, find: "return ['b', toBase64(value)]", replace: "return ['b', toBase64(value.subarray(0, 4))]" }],
  },
  {
    name: 'digest-blind-to-text',
    about: 'a digest looks at the length of texts alone, and the wire changes their case',
    guarantees: ['G3', 'G7', 'G8'],
    weather: 'any',
    edits: [
      {
        file: 'packages/core/src/values/wire-patch.ts',
        find: '  return row as readonly ExactValue[]\n}\n\nfunction isPlain',
        replace:
          "  return row.map((value, i) => (i > 0 && value === 'red' ? 'Red' : value)) as readonly ExactValue[]\n}\n\nfunction isPlain",
      },
      {
        file: 'packages/sqlite/src/digest/digest.ts',
        find: '      a = textA(mixA(a, TAG_TEXT), value)\n      b = textB(mixB(b, TAG_TEXT), value)\n      continue',
        replace: '      a = mixA(mixA(a, TAG_TEXT), value.length)\n      b = mixB(mixB(b, TAG_TEXT), value.length)\n      continue',
      },
    ],
  },
  {
    name: 'random-by-reason',
    about: 'tx.random differs from run to run',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    edits: [
      {
        file: 'packages/sqlite/src/database/mutation-tx.ts',
        find: 'seededRandom(this.#request.seed)',
        replace: 'seededRandom(this.#request.seed + this.#request.location)',
      },
    ],
  },
  {
    name: 'now-by-run',
    about: 'tx.now is the number of the mutation on a replay',
    guarantees: ['G7'],
    weather: 'any',
    edits: [
      {
        file: 'packages/sqlite/src/database/mutation-tx.ts',
        find: '    return this.#request.now\n',
        replace: "    return this.#request.reason === 'rebase' ? this.#request.now + 1 : this.#request.now\n",
      },
    ],
  },
]
