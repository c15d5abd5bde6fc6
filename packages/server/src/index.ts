export {
  createSavepointServer,
  type DoorsDefinition,
  type SavepointServer,
  type ServerDefinition,
  type ServerListener,
  type ServerPlatform,
  type ServerWorld,
} from './create-server.ts'
export { defineApp, type ServerApp } from './define-app.ts'
export type { Authorize, RoomAction } from './doors/authorize.ts'
export type { WhichLines } from './doors/entrance.ts'
export { EmbeddedLog } from './log/embedded-log.ts'
export { FencedError, type LogEntry, type LogHead, type LogSnapshot, type MaybePromise, type RoomLog } from './log/room-log.ts'
export { type LogUnderTest, ROOM_LOG_RULES, type RoomLogRule } from './log/room-log-rules.ts'
export type { MetricsText } from './operations/operations-app.ts'
export type { AfterCommit, CommittedMutation } from './room/after-commit.ts'
export { Room, type RoomChanges, type RoomOptions } from './room/room.ts'
export { RoomEngine, type RoomEngineOptions, type RoomWorld } from './room/room-engine.ts'
export type { RoomConnection, RoomSocket } from './room/room-socket.ts'
export type { OpenRoomLog, RoomStorage } from './room/room-storage.ts'
export type { ClientView, HistoryEntry, RoomSummary, RoomView } from './room/room-view.ts'
export type { BatchCommitted, LineEnd, MutationNote, ServerEvent } from './room/server-event.ts'
export type { Visitor } from './room/visitor.ts'
export type { RoomHost } from './rooms/room-host.ts'
export { Rooms } from './rooms/rooms.ts'
export { InlineSnapshots } from './snapshot/inline-snapshots.ts'
export type { SnapshotEncoding } from './snapshot/snapshot-job.ts'
export type { SnapshotFile, Snapshots } from './snapshot/snapshots.ts'
export { type SnapshotPosition, writeSnapshot } from './snapshot/write-snapshot.ts'
