import type { PlantedBug } from '../planted-bug.ts'

/** The room's machine: who may speak, what is run, and who is told. */
export const ADMISSION_BUGS: readonly PlantedBug[] = [
  {
    name: 'no-duplicate-check',
    about: 'the server runs again what it has processed',
    guarantees: ['G1'],
    weather: 'any',
    edits: [
      {
        file: 'packages/core/src/room-machine/admit.ts',
        find: 'if (mutation.mutationID === last + 1) return RUN',
        replace: 'if (mutation.mutationID <= last + 1) return RUN',
      },
    ],
  },
  {
    name: 'out-of-order',
    about: 'a burst of one client is run last in, first out',
    guarantees: ['G2'],
    weather: 'any',
    edits: [
      {
        file: 'packages/core/src/room-machine/admit.ts',
        find: 'if (mutation.mutationID === last + 1) return RUN',
        replace: 'if (mutation.mutationID > last || mutation.seed !== client?.lastSeed) return RUN',
      },
      {
        file: 'packages/core/src/room-machine/inbox.ts',
        find: 'into.push({ sender, mutation })',
        replace: 'into.unshift({ sender, mutation })',
      },
    ],
  },
  {
    name: 'gap-accepted',
    about: 'a client goes on from what it had sent on the line before, and the server takes it',
    guarantees: ['G2', 'G6'],
    weather: 'crashes',
    edits: [
      {
        file: 'packages/core/src/room-machine/admit.ts',
        find: 'if (mutation.mutationID === last + 1) return RUN',
        replace: 'if (mutation.mutationID > last) return RUN',
      },
      {
        file: 'packages/core/src/client-machine/client-machine.ts',
        find: "stage: { name: 'settling' }, sent: lastMutationID }",
        replace: "stage: { name: 'settling' }, sent: Math.max(state.sent, lastMutationID) }",
      },
    ],
  },
  {
    name: 'only-the-last-outcome',
    about: 'of several outcomes in one batch, a client is told the last',
    guarantees: ['G5'],
    weather: 'any',
    edits: [
      {
        file: 'packages/core/src/room-machine/room-machine.ts',
        find: "if (result.kind === 'processed' && connection !== undefined) append(own, connection, result)",
        replace: "if (result.kind === 'processed' && connection !== undefined) own.set(connection, [result])",
      },
    ],
  },
  {
    name: 'outcome-chain-cut',
    about: 'the log forgets which entry of a client came before, and with it older outcomes',
    guarantees: ['G2', 'G5'],
    weather: 'any',
    edits: [
      {
        file: 'packages/server/src/room/commit-batch.ts',
        find: 'return { queued, version, previous: client?.lastVersion ?? 0 }',
        replace: 'return { queued, version, previous: this.#clients.has(clientID) ? 0 : version }',
      },
    ],
  },
  {
    name: 'live-too-early',
    about: 'a newcomer gets live pokes before it has caught up, and applies them over the gap',
    guarantees: ['G3', 'G6'],
    weather: 'remote-log',
    edits: [
      {
        file: 'packages/core/src/room-machine/greeter.ts',
        find: "connection.state = catchUp.to === this.#position().version ? 'live' : 'behind'",
        replace: "connection.state = 'live'",
      },
      {
        file: 'packages/core/src/client-machine/client-machine.ts',
        find: 'if (poke.from !== from.version) return poke.to <= from.version ? unchanged(state) : restart(state)',
        replace: 'if (poke.to <= from.version) return unchanged(state)',
      },
      {
        file: 'packages/client/src/assert-follows.ts',
        find: '    if (poke.from !== at)\n',
        replace: '    if (at === undefined || poke.to < at)\n',
      },
    ],
  },
  {
    name: 'epoch-ignored',
    about: 'a client that outlived a restore goes on as if nothing had been',
    guarantees: ['G3'],
    weather: 'restores',
    edits: [
      {
        file: 'packages/core/src/room-machine/check-hello.ts',
        find: 'if (hello.base === null || hello.base.epoch !== room.epoch || hello.base.version > room.version) return false',
        replace: 'if (hello.base === null || hello.base.version > room.version) return false',
      },
    ],
  },
  {
    name: 'clock-not-clamped',
    about: 'a client whose clock is ahead has the last word',
    guarantees: ['G3'],
    weather: 'any',
    edits: [
      {
        file: 'packages/server/src/room/commit-batch.ts',
        find: 'now: Math.min(mutation.createdAt, this.#context.now + CLOCK_SKEW_MS_MAX),',
        replace: 'now: mutation.createdAt,',
      },
    ],
  },
  {
    name: 'rooms-mixed-up',
    about: 'rooms whose names begin alike are one',
    guarantees: ['G9'],
    weather: 'rooms',
    edits: [
      {
        file: 'packages/server/src/rooms/rooms.ts',
        find: '    checkRoomName(name)\n',
        replace: "    checkRoomName(name)\n    name = name.replace(/\\d$/, '1')\n",
      },
      {
        file: 'packages/server/src/doors/snapshot-door.ts',
        find: 'snapshots.current(rooms, room,',
        replace: "snapshots.current(rooms, room.replace(/\\d$/, '1'),",
      },
    ],
  },
  {
    name: 'sockets-shared',
    about: 'pokes go to whoever has that number, in whichever room',
    guarantees: ['G9'],
    weather: 'rooms',
    edits: [
      {
        file: 'packages/server/src/room/room.ts',
        find: 'readonly #lines = new Map<number, ClientLine>()',
        replace: 'readonly #lines = LINES',
      },
      {
        file: 'packages/server/src/room/room.ts',
        find: 'export interface RoomOptions',
        replace: 'const LINES = new Map<number, ClientLine>()\n\nexport interface RoomOptions',
      },
    ],
  },
]
