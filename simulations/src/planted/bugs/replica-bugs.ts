import type { PlantedBug } from '../planted-bug.ts'

const REPLICA = 'packages/client/src/replica/replica.ts'
const PREDICTIONS = 'packages/client/src/replica/predictions.ts'
const SPECULATION = 'packages/client/src/replica/savepoint-speculation.ts'

/** The replica: undo, apply, replay, and what spares them. */
export const REPLICA_BUGS: readonly PlantedBug[] = [
  {
    name: 'undo-forgotten',
    about: 'a rebase does not undo before it applies',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    edits: [
      {
        file: SPECULATION,
        find: '    this.undo()\n    const { driver } = this.#database\n    // A patch',
        replace: '    const { driver } = this.#database\n    // A patch',
      },
      {
        file: SPECULATION,
        find: '      this.#beginImmediate.run()\n      const result = work()',
        replace: '      if (!driver.inTransaction) this.#beginImmediate.run()\n      const result = work()',
      },
    ],
  },
  {
    name: 'replays-twice',
    about: 'what is pending is replayed twice',
    guarantees: ['G7'],
    weather: 'any',
    edits: [
      {
        file: REPLICA,
        find: '    this.#predictions.replace(this.#predictAll(remaining))\n    changed',
        replace: '    this.#predictAll(remaining)\n    this.#predictions.replace(this.#predictAll(remaining))\n    changed',
      },
    ],
  },
  {
    name: 'last-not-replayed',
    about: 'a rebase forgets the newest of what is pending',
    guarantees: ['G5', 'G6', 'G7'],
    weather: 'any',
    edits: [
      {
        file: REPLICA,
        find: '    this.#predictions.replace(this.#predictAll(remaining))\n    changed',
        replace: '    this.#predictions.replace(this.#predictAll(remaining.slice(0, Math.max(1, remaining.length - 1))))\n    changed',
      },
    ],
  },
  {
    name: 'digest-not-compared',
    about: 'nobody compares digests, and deletes are not applied',
    guarantees: ['G3', 'G7', 'G8'],
    weather: 'any',
    edits: [
      { file: REPLICA, find: 'if (digest.toString() !== step.digest) {', replace: 'if (digest.toString() === step.epoch) {' },
      {
        file: 'packages/sqlite/src/apply/table-applier.ts',
        find: '    for (const key of patch.deletes) {',
        replace: '    for (const key of patch.deletes.slice(1)) {',
      },
    ],
  },
  {
    name: 'fast-path-by-keys',
    about: 'own results count as predicted if the same rows were touched, whatever is in them',
    guarantees: ['G3', 'G7', 'G8'],
    weather: 'any',
    edits: [
      {
        file: 'packages/client/src/replica/prediction.ts',
        find: '      else if (sameOrGone(expected, row)) left--\n      else return undefined',
        replace: '      else left--',
      },
      { file: REPLICA, find: 'return digest.toString() === step.digest ? beside : undefined', replace: 'return beside' },
    ],
  },
  {
    name: 'depends-on-nothing',
    about: 'what others change is shown beside what is pending, whatever that depends on',
    guarantees: ['G7', 'G8'],
    weather: 'any',
    calls: ['fillBox', 'copyBox', 'burnBox'],
    edits: [{ file: PREDICTIONS, find: '      if (this.#dependencies.include(patch)) return true\n', replace: '' }],
  },
  {
    name: 'newest-depend-on-nothing',
    about: 'what the newest of what is pending depends on is not gathered',
    guarantees: ['G7', 'G8'],
    weather: 'any',
    calls: ['fillBox', 'copyBox', 'burnBox'],
    edits: [
      {
        file: PREDICTIONS,
        find: 'if (this.#gathered === this.#all.length) return false',
        replace: 'if (this.#gathered >= this.#all.length - 1) return false',
      },
    ],
  },
  {
    name: 'depends-on-writes-only',
    about: 'a prediction does not depend on what it only reads',
    guarantees: ['G7', 'G8'],
    weather: 'any',
    calls: ['fillBox', 'copyBox', 'burnBox'],
    edits: [
      {
        file: 'packages/sqlite/src/database/statement-dependencies.ts',
        find: 'if (name === undefined) return this.#readQuery(sql)',
        replace: 'if (name === undefined) return { tables: NONE }',
      },
    ],
  },
  {
    name: 'beside-not-put-aside',
    about: 'what others change beside what is pending is shown, and never comes into the base',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    calls: ['fillBox', 'copyBox', 'burnBox'],
    edits: [{ file: REPLICA, find: 'this.#aside.add(confirmed, beside)', replace: 'this.#aside.add(confirmed, [])' }],
  },
  {
    name: 'live-query-misses-beside',
    about: 'live queries are not told of what is shown without a rebase',
    guarantees: ['G8'],
    weather: 'any',
    calls: ['fillBox', 'copyBox', 'burnBox'],
    edits: [{ file: REPLICA, find: '    changed.addPatch(beside, this.tables)\n', replace: '' }],
  },
  {
    name: 'aside-not-applied',
    about: 'a rebase forgets what was confirmed and put aside',
    guarantees: ['G3', 'G7'],
    weather: 'any',
    edits: [{ file: REPLICA, find: '        this.database.apply(aside)\n        const digest', replace: '        const digest' }],
  },
  {
    name: 'aside-lost-on-close',
    about: 'a client that is closed writes where it stands, and not what it put aside',
    guarantees: ['G3', 'G7'],
    weather: 'reopens',
    calls: ['count', 'keep'],
    edits: [
      {
        file: REPLICA,
        find: '      this.database.apply(aside)\n      this.#write(this.#record)\n',
        replace: '      this.#write(this.#record)\n',
      },
    ],
  },
  {
    name: 'merge-loses-deletes',
    about: 'pokes that arrive together lose the delete of a row that one of them changed',
    guarantees: ['G3'],
    weather: 'bursts',
    calls: ['count', 'dropCounter'],
    edits: [
      {
        file: 'packages/client/src/replica/merge-patches.ts',
        find: '      merged.puts.delete(rowKey(key))\n      merged.deletes.set(rowKey(key), key)',
        replace: '      if (!merged.puts.delete(rowKey(key))) merged.deletes.set(rowKey(key), key)',
      },
    ],
  },
  {
    name: 'snapshot-seen-early',
    about: 'queries read a snapshot that is not adopted yet',
    guarantees: ['G7', 'G8'],
    weather: 'newcomers',
    edits: [
      {
        file: 'packages/client/src/local-state.ts',
        find: '    return this.#replica.database\n',
        replace: '    return (this.#bases.staged ?? this.#replica).database\n',
      },
    ],
  },
  {
    name: 'snapshot-at-old-version',
    about: 'a snapshot is adopted under the version that the client had before',
    guarantees: ['G3', 'G6'],
    weather: 'restores',
    edits: [
      {
        file: 'packages/client/src/bases.ts',
        find: 'const start = { position: { epoch, version }, digest: Digest.parse(digest) }',
        replace: 'const start = { position: { epoch, version: this.#replica.position?.version ?? version }, digest: Digest.parse(digest) }',
      },
    ],
  },
  {
    name: 'epoch-not-taken',
    about: 'the epoch of a snapshot is not taken over',
    guarantees: ['G3', 'G7'],
    weather: 'restores',
    edits: [
      {
        file: 'packages/core/src/client-machine/client-machine.ts',
        find: "const epoch = stage.name === 'welcomed' ? stage.epoch : from.epoch",
        replace: "const epoch = stage.name === 'welcomed' ? (state.base ?? stage).epoch : from.epoch",
      },
    ],
  },
  {
    name: 'live-query-misses-rebase',
    about: 'live queries are not told of tables that only the patch changed',
    guarantees: ['G8'],
    weather: 'any',
    edits: [
      {
        file: REPLICA,
        find: '    changed.addPatch(patch, this.tables)',
        replace: '',
      },
    ],
  },
  {
    name: 'live-query-misses-snapshot',
    about: 'live queries are not told of a snapshot',
    guarantees: ['G8'],
    weather: 'newcomers',
    calls: ['count', 'makeList', 'addItem', 'note'],
    edits: [
      {
        file: 'packages/client/src/client.ts',
        find: 'this.#changed(applied.adopted ? undefined : applied.rebase.changed)',
        replace: 'this.#changed(applied.rebase.changed)',
      },
    ],
  },
]
