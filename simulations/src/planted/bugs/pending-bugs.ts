import type { PlantedBug } from '../planted-bug.ts'

const STATE = 'packages/client/src/local-state.ts'
const RECONCILE = 'packages/client/src/pending/reconcile.ts'
const STORE = 'packages/client/src/pending/pending-store.ts'

/** What is pending, and what becomes of it. */
export const PENDING_BUGS: readonly PlantedBug[] = [
  {
    name: 'durable-before-saved',
    about: 'a handle says durable, and then the queue is saved',
    guarantees: ['G5'],
    weather: 'tab-crashes',
    edits: [
      {
        file: 'packages/client/src/mutation-calls.ts',
        find: '      const flushed = this.#local.save()\n',
        replace:
          '      const flushed = undefined as Promise<void> | undefined\n      this.#scheduler.after(50, () => void this.#local.save())\n',
      },
    ],
  },
  {
    name: 'queue-not-flushed',
    about: 'the queue’s COMMIT does not wait for the disk',
    guarantees: ['G5', 'G7'],
    weather: 'tab-crashes',
    edits: [{ file: STORE, find: 'PRAGMA synchronous = FULL', replace: 'PRAGMA synchronous = OFF' }],
  },
  {
    name: 'outcomes-not-kept',
    about: 'outcomes do not survive a reload',
    guarantees: ['G5'],
    weather: 'reopens',
    edits: [
      {
        file: STORE,
        find: "      this.#keep(settled)\n      this.#run('UPDATE client SET confirmed = ?', [confirmed])",
        replace: "      this.#run('UPDATE client SET confirmed = ?', [confirmed])",
      },
    ],
  },
  {
    name: 'recovery-cuts-one-too-many',
    about: 'after a reload, the oldest of what is pending counts as processed',
    guarantees: ['G5', 'G6', 'G7'],
    weather: 'reopens',
    edits: [
      {
        file: STATE,
        find: 'pending.filter((mutation) => mutation.mutationID <= lastMutationID)',
        replace: 'pending.filter((mutation) => mutation.mutationID <= lastMutationID + 1)',
      },
    ],
  },
  {
    name: 'forgets-before-it-folds',
    about: 'the queue forgets what is confirmed before the base on disk has it',
    guarantees: ['G5', 'G7', 'G8'],
    weather: 'tab-crashes',
    edits: [{ file: STATE, find: 'return Math.min(this.#replica.foldedMutationID, this.#confirmed)', replace: 'return this.#confirmed' }],
  },
  {
    name: 'renumbering-forgets-one',
    about: 'what is renumbered loses its oldest',
    guarantees: ['G5', 'G7'],
    weather: 'copies',
    edits: [
      {
        file: RECONCILE,
        find: 'return mutations.map((mutation, i) => ({ ...mutation, mutationID: first + i }))',
        replace: 'return mutations.slice(1).map((mutation, i) => ({ ...mutation, mutationID: first + i }))',
      },
    ],
  },
  {
    name: 'renumbering-changes-seeds',
    about: 'what is renumbered gets other seeds, and so other IDs in its rows',
    guarantees: ['G1', 'G5', 'G7'],
    weather: 'copies',
    edits: [
      {
        file: RECONCILE,
        find: '({ ...mutation, mutationID: first + i }))',
        replace: '({ ...mutation, mutationID: first + i, seed: mutation.seed.toUpperCase() }))',
      },
    ],
  },
  {
    name: 'fork-not-detected',
    about: 'a copied profile takes the other’s outcomes for its own',
    guarantees: ['G1', 'G5', 'G6'],
    weather: 'copies',
    edits: [
      { file: RECONCILE, find: '    else if (mutationID > confirmed) forked = true\n', replace: '' },
      { file: RECONCILE, find: 'let forked = lastMutationID > issued', replace: 'let forked = false && lastMutationID > issued' },
      {
        file: RECONCILE,
        find: 'else if (mutationID > lastMutationID || answered.has(mutationID)) left',
        replace: 'else if (mutationID > lastMutationID) left',
      },
    ],
  },
  {
    name: 'outcome-by-number',
    about: 'outcomes are matched with what is pending by mutationID alone',
    guarantees: ['G1', 'G5'],
    weather: 'copies',
    edits: [
      {
        file: RECONCILE,
        find: "if (found !== 'nowhere') outcomeOf.set(seed, outcome)",
        replace:
          "if (found !== 'nowhere' || mutationID > confirmed) outcomeOf.set(pending.find((one) => one.mutationID === mutationID)?.seed ?? seed, outcome)",
      },
    ],
  },
  {
    name: 'outcome-by-position',
    about: 'outcomes are matched with what is pending by their order',
    guarantees: ['G1', 'G5', 'G7'],
    weather: 'repeats',
    edits: [
      {
        file: RECONCILE,
        find: "if (found !== 'nowhere') outcomeOf.set(seed, outcome)",
        replace: "if (found !== 'nowhere') outcomeOf.set(pending[outcomeOf.size]?.seed ?? seed, outcome)",
      },
    ],
  },
  {
    name: 'withdrawn-not-sent',
    about: 'what failed on replay is not sent any more',
    guarantees: ['G3', 'G5', 'G6'],
    weather: 'any',
    edits: [
      {
        file: STATE,
        find: 'return pending.slice(start, start + count)',
        replace:
          'return this.#replica.predictions.slice(start, start + count).filter(({ withdrawn }) => withdrawn === undefined).map((prediction) => prediction.mutation)',
      },
    ],
  },
  {
    name: 'failed-is-sent',
    about: 'what failed at once on the client is sent all the same',
    guarantees: ['G1', 'G3', 'G7'],
    weather: 'any',
    edits: [
      { file: STATE, find: '    if (result.ok) {\n      this.#issued++', replace: '    if (result !== null) {\n      this.#issued++' },
    ],
  },
  {
    name: 'cancelled-comes-back',
    about: 'what was taken back is still on disk',
    guarantees: ['G1', 'G3', 'G5', 'G7'],
    weather: 'second-thoughts',
    calls: ['count', 'order'],
    edits: [{ file: STATE, find: '      this.#replaceQueue()\n      this.save()\n', replace: '' }],
  },
  {
    name: 'sent-is-cancelled',
    about: 'what was sent is taken back',
    guarantees: ['G1', 'G5', 'G7'],
    weather: 'second-thoughts',
    calls: ['count', 'order'],
    edits: [
      {
        file: 'packages/client/src/mutation-calls.ts',
        find: 'if (mutation === undefined || mutation.mutationID <= this.#sentMax) return false',
        replace: 'if (mutation === undefined) return false',
      },
    ],
  },
  {
    name: 'queue-left-behind',
    about: 'a new base is adopted, and the pointer to it not saved',
    guarantees: ['G5', 'G6', 'G7'],
    weather: 'reopens',
    edits: [
      {
        file: STATE,
        find: 'isStale: isRenumbered || staged !== undefined })',
        replace: 'isStale: isRenumbered })',
      },
    ],
  },
  {
    name: 'update-loses-pending',
    about: 'an update of the app empties the queue',
    guarantees: ['G5'],
    weather: 'updates',
    edits: [
      {
        file: STATE,
        find: 'generation: next }, this.#queue.pending())',
        replace: 'generation: next }, [])',
      },
    ],
  },
]
