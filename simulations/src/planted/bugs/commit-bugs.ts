import type { PlantedBug } from '../planted-bug.ts'

/** The room's engine: batches, the log, recovery. */
export const COMMIT_BUGS: readonly PlantedBug[] = [
  {
    name: 'answer-before-commit',
    about: 'clients are answered, and then comes COMMIT',
    guarantees: ['G3', 'G4'],
    weather: 'crashes',
    edits: [
      {
        file: 'packages/server/src/room/room-engine.ts',
        find: '    database.commit()\n    this.#position = position\n',
        replace: '    this.#world.schedule(() => database.commit())\n    this.#position = position\n',
      },
    ],
  },
  {
    name: 'commit-not-flushed',
    about: 'COMMIT does not wait for the disk',
    guarantees: ['G4'],
    weather: 'power-cuts',
    calls: ['count', 'keep'],
    edits: [
      {
        file: 'packages/server/src/room/room-database.ts',
        find: 'PRAGMA synchronous = EXTRA;',
        replace: 'PRAGMA synchronous = OFF;',
      },
    ],
  },
  {
    name: 'log-not-awaited',
    about: 'clients are poked before the log has the batch',
    guarantees: ['G1', 'G4'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/server/src/room/room-engine.ts',
        find: 'if (run.entries.length > 0) await this.#log.append(run.entries)',
        replace: 'if (run.entries.length > 0) void Promise.resolve(this.#log.append(run.entries)).catch(() => {})',
      },
    ],
  },
  {
    name: 'unknown-append-taken-as-done',
    about: 'an append that may have failed counts as done',
    guarantees: ['G1', 'G4'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/server/src/room/room-engine.ts',
        find: 'if (run.entries.length > 0) await this.#log.append(run.entries)',
        replace: 'if (run.entries.length > 0) await Promise.resolve(this.#log.append(run.entries)).catch(() => {})',
      },
    ],
  },
  {
    name: 'unknown-append-taken-as-failed',
    about: 'after an append that may have happened, the room goes on from where it was',
    guarantees: ['G1', 'G3', 'G6'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/server/src/room/room.ts',
        find: '    this.#closeEngine()\n    const delay',
        replace: '    const delay',
      },
      {
        file: 'packages/server/src/room/room.ts',
        find: 'this.#engine = await RoomEngine.open(this.#options)\n        return this.#engine',
        replace: 'this.#engine ??= await RoomEngine.open(this.#options)\n        return this.#engine',
      },
    ],
  },
  {
    name: 'recovery-forgets-clients',
    about: 'a room that follows its log takes the rows over, and not who made them',
    guarantees: ['G1', 'G3'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/server/src/room/recover-room.ts',
        find: '      database.clients.save(clientID, { lastMutationID: mutationID, lastSeed: seed, lastVersion: version, identity: author }, at)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'rejection-keeps-half',
    about: 'what a rejected mutation wrote before it was rejected stays',
    guarantees: ['G1', 'G3', 'G7'],
    weather: 'any',
    edits: [
      {
        file: 'packages/sqlite/src/database/synced-database.ts',
        find: '    this.#rollback.run()\n    this.#release.run()\n',
        replace: '    this.#release.run()\n',
      },
    ],
  },
  {
    name: 'rejection-does-not-count',
    about: 'a rejection does not advance lastMutationID',
    guarantees: ['G1', 'G2', 'G6'],
    weather: 'any',
    edits: [
      {
        file: 'packages/server/src/room/commit-batch.ts',
        find: '    const { clientID, identity: author } = sender\n',
        replace: '    const { clientID, identity: author } = sender\n    if (!result.ok) this.#clients.delete(clientID)\n',
      },
    ],
  },
  {
    name: 'poison-takes-its-group',
    about: 'one mutation that throws fails those that run with it',
    guarantees: ['G3', 'G6', 'G7'],
    weather: 'any',
    edits: [
      {
        file: 'packages/sqlite/src/database/synced-database.ts',
        find: 'for (const request of requests) this.#runGroup([request], results, run)',
        replace: 'for (const _ of requests) results.push({ ok: false, failure: failureOf(error) })',
      },
    ],
  },
  {
    name: 'no-foreign-keys',
    about: 'the server does not enforce foreign keys',
    guarantees: ['G3'],
    weather: 'any',
    calls: ['makeList', 'addItem', 'dropList', 'renameList'],
    edits: [
      {
        file: 'packages/server/src/room/room-database.ts',
        find: 'PRAGMA foreign_keys = ON',
        replace: 'PRAGMA foreign_keys = OFF',
      },
    ],
  },
  {
    name: 'batch-keeps-first',
    about: 'a poke has the first of a row’s changes in its batch, and not the last',
    guarantees: ['G3'],
    weather: 'bursts',
    edits: [
      {
        file: 'packages/server/src/room/changes-text.ts',
        find: 'rows.set(rowKey(pk),',
        replace: 'if (!rows.has(rowKey(pk))) rows.set(rowKey(pk),',
      },
    ],
  },
  {
    name: 'catch-up-skips-at-the-seam',
    about: 'a catch-up leaves out a version between two reads of the log',
    guarantees: ['G3'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/server/src/room/room-engine.ts',
        find: '      at = last.version\n      if (at < to) await',
        replace: '      at = last.version + 1\n      if (at < to) await',
      },
    ],
  },
  {
    name: 'catch-up-loses-deletes',
    about: 'in a catch-up, a row that came and went is forgotten, also if it was there before',
    guarantees: ['G3'],
    weather: 'remote-log',
    calls: ['count', 'dropCounter', 'restartCounter'],
    edits: [
      {
        file: 'packages/server/src/room/merge-entries.ts',
        find: 'this.#set(rows, text, text, true)',
        replace: 'if (!rows.delete(text)) this.#set(rows, text, text, true)',
      },
    ],
  },
  {
    name: 'log-cut-and-used',
    about: 'a log that was cut serves a catch-up from before the cut',
    guarantees: ['G3'],
    weather: 'cut-logs',
    calls: ['count', 'openTicket'],
    edits: [
      {
        file: 'packages/server/src/log/embedded-log.ts',
        find: "    if (after < Number(this.#floor.get('floor') ?? 0)) return null\n",
        replace: '',
      },
      {
        file: 'packages/server/src/log/embedded-log.ts',
        find: "SET args = '', changes = NULL",
        replace: "SET args = '', changes = '[]'",
      },
    ],
  },
  {
    name: 'snapshot-loses-sequences',
    about: 'a snapshot has the rows, and not what AUTOINCREMENT has given out',
    guarantees: ['G3', 'G6'],
    weather: 'any',
    edits: [
      {
        file: 'packages/server/src/snapshot/write-snapshot.ts',
        find: '  copySequences(target)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'snapshot-says-now',
    about: 'an older snapshot is served as one of the room’s version now',
    guarantees: ['G3', 'G6', 'G7'],
    weather: 'newcomers',
    edits: [
      {
        file: 'packages/server/src/snapshot/inline-snapshots.ts',
        find: 'if (newest !== undefined && (await isNear(rooms, room, newest.position, this.#lagMax))) return fileOf(newest)',
        replace:
          'if (newest !== undefined && (await isNear(rooms, room, newest.position, this.#lagMax))) return fileOf({ ...newest, position: await rooms.position(room) })',
      },
    ],
  },
]
