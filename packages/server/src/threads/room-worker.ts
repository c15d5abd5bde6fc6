import { parentPort, workerData } from 'node:worker_threads'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { roomOptionsOf } from '../define-app.ts'
import { roomLimitsOf } from '../limits.ts'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { systemWorld } from '../node/clock.ts'
import { roomFile, roomPaths } from '../node/room-files.ts'
import { Rooms } from '../rooms/rooms.ts'
import { importApp } from './import-app.ts'
import { SharedWatch } from './shared-watch.ts'
import type { ThreadStart, ToThread } from './thread-message.ts'
import { ThreadService } from './thread-service.ts'

const { app, directory, retention, limits, watch: memory } = workerData as ThreadStart
const own = await importApp(app)
const { afterCommit, ...options } = roomOptionsOf({ ...own, retention: { ...own.retention, ...retention } })
const watch = new SharedWatch(memory)
const service: ThreadService = new ThreadService(
  (onEvent) =>
    new Rooms({
      ...options,
      storageOf: (room) => roomFile(roomPaths(directory, room).database, openBetterSqlite3),
      openLog: (writer, reader) => new EmbeddedLog(writer, reader),
      world: systemWorld,
      watch,
      ...roomLimitsOf(limits),
      // How much waits for a client is seen to where the sockets are.
      socketBufferBytes: Number.POSITIVE_INFINITY,
      onEvent,
      ...(afterCommit && {
        afterCommit: (mutation) => {
          service.flush()
          return afterCommit(mutation)
        },
      }),
    }),
  (batch) => parentPort?.postMessage(batch),
  (mutations) => watch.condemn(mutations),
)
parentPort?.on('message', (batch: readonly ToThread[]) => service.receive(batch))
