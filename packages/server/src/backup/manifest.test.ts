import { expect, test } from 'vitest'
import { BACKUP_FORMAT, type Manifest, parseManifest } from './manifest.ts'

/** As format 1 has it. Another layout is another format, and a line in CHANGELOG.md. */
const PINNED = `{
  "format": 1,
  "createdAt": "2026-11-27T14:05:00.000Z",
  "rooms": [
    {
      "room": "lobby",
      "file": "rooms/${'0123456789abcdef'.repeat(4)}.db",
      "epoch": "V1StGXR8_Z5jdHi6B-myT",
      "version": 12,
      "digest": "00f54235667606cc",
      "floor": 2,
      "schema": { "name": "shop", "version": 1, "hash": "8f54235667606cc8" },
      "at": "2026-11-27T14:05:00.003Z",
      "bytes": 40960,
      "sha256": "${'ab'.repeat(32)}"
    }
  ]
}`

test('the format is pinned', () => {
  expect(BACKUP_FORMAT).toBe(1)
  expect(parseManifest(PINNED)).toEqual(JSON.parse(PINNED))
})

test.each<[string, (manifest: { -readonly [K in keyof Manifest]: unknown } & { rooms: { [field: string]: unknown }[] }) => void, string]>([
  ['a later format', (manifest) => Object.assign(manifest, { format: 2 }), 'it has format 2, and this release reads 1'],
  ['no time', (manifest) => Object.assign(manifest, { createdAt: 'now' }), 'it lacks its time or its rooms'],
  ['no rooms', (manifest) => Object.assign(manifest, { rooms: null }), 'it lacks its time or its rooms'],
  ['a room without a name', (manifest) => Object.assign(manifest.rooms[0] ?? {}, { room: 1 }), 'a room in it has no name'],
  ['a name that cannot be', (manifest) => Object.assign(manifest.rooms[0] ?? {}, { room: '../x' }), 'A room is named by'],
  ['a file elsewhere', (manifest) => Object.assign(manifest.rooms[0] ?? {}, { file: '../../room.db' }), 'the room "lobby" is not whole'],
  ['a version that is none', (manifest) => Object.assign(manifest.rooms[0] ?? {}, { version: -1 }), 'the room "lobby" is not whole'],
])('%s is refused', (_, change, message) => {
  const manifest = JSON.parse(PINNED)
  change(manifest)
  expect(() => parseManifest(JSON.stringify(manifest))).toThrow(message)
})

test('what is no JSON, or none of ours, is refused', () => {
  expect(() => parseManifest(PINNED.slice(0, 100))).toThrow('it is no JSON')
  expect(() => parseManifest('[]')).toThrow('it is no manifest of a backup')
})
