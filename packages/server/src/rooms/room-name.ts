import { SavepointError } from '@savepoint/core'

/** Letters, digits and `_-.~:`, which need no escaping in a URL. */
const ROOM_NAME = /^[A-Za-z0-9_\-.~:]{1,128}$/

export function isRoomName(name: string): boolean {
  return ROOM_NAME.test(name) && name !== '.' && name !== '..'
}

/** @throws SavepointError `bad-room` */
export function checkRoomName(name: string): string {
  if (!isRoomName(name)) {
    throw new SavepointError(
      'bad-room',
      'A room is named by 1 to 128 letters, digits and _-.~: characters. Nothing was opened; use such a name.',
    )
  }
  return name
}
