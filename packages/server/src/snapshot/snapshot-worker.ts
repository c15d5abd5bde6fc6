import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parentPort } from 'node:worker_threads'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { SnapshotEncoding, SnapshotJob, SnapshotReply, SnapshotRequest } from './snapshot-job.ts'
import { type SnapshotPosition, writeSnapshot } from './write-snapshot.ts'

/**
 * The first client of a version waits for this. Brotli's 2 of 11 takes a third of the time of its 4, and gzip's 4 of 9 half to a
 * quarter of the usual 6, for files a tenth larger at most (`npm run bench -- bootstrap`).
 */
const BROTLI_QUALITY = 2
const GZIP_LEVEL = 4

/** A file that stands under its name is whole: it is written beside it first. */
async function run(job: SnapshotJob): Promise<SnapshotPosition | undefined> {
  const beside = `${job.target}.new`
  rmSync(beside, { force: true })
  try {
    const position = job.type === 'write' ? write(job.room, beside) : await compress(job.source, beside, job.encoding)
    renameSync(beside, job.target)
    return position
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

function write(room: string, target: string): SnapshotPosition {
  const driver = openBetterSqlite3(target, { shadowWrites: true })
  try {
    return writeSnapshot(driver, room)
  } finally {
    driver.close()
  }
}

async function compress(source: string, target: string, encoding: SnapshotEncoding): Promise<undefined> {
  const coder =
    encoding === 'br'
      ? createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
      : createGzip({ level: GZIP_LEVEL })
  await pipeline(createReadStream(source), coder, createWriteStream(target))
}

parentPort?.on('message', ({ id, job }: SnapshotRequest) => {
  run(job).then(
    (position) => parentPort?.postMessage({ id, ok: true, ...(position && { position }) } satisfies SnapshotReply),
    (error: unknown) => parentPort?.postMessage({ id, ok: false, message: String(error) } satisfies SnapshotReply),
  )
})
