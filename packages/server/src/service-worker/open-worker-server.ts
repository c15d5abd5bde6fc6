import type { MutatorDefinitions } from '@savepoint/core'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { createSavepointServer, type SavepointServer, type ServerDefinition, type ServerWorld } from '../create-server.ts'
import type { RoomLog } from '../log/room-log.ts'
import { InlineSnapshots } from '../snapshot/inline-snapshots.ts'
import { MemoryRooms } from './memory-rooms.ts'

interface WorkerPlatform {
  readonly world: ServerWorld
  readonly module: WaSqliteModule
  /** Where what happened in the rooms is kept. */
  readonly logs: {
    has(room: string): Promise<boolean>
    log(room: string): RoomLog
  }
}

/** A server whose rooms are in memory, and on a disk by their logs alone. */
export function openWorkerServer<D extends MutatorDefinitions>(
  definition: ServerDefinition<D>,
  { world, module, logs }: WorkerPlatform,
): SavepointServer {
  const rooms = new MemoryRooms(module)
  const { onEvent = [] } = definition
  const listeners = typeof onEvent === 'function' ? [onEvent] : onEvent
  return createSavepointServer(
    {
      ...definition,
      onEvent: [
        (event) => {
          if (event.event === 'room-closed') rooms.forget(event.room)
        },
        ...listeners,
      ],
    },
    {
      world,
      storageOf: (room) => rooms.storageOf(room),
      hasRoom: (room) => logs.has(room),
      snapshots: new InlineSnapshots((room) => rooms.snapshot(room)),
      openLog: (_writer, _reader, room) => logs.log(room),
    },
  )
}
