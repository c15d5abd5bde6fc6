import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('./faulty-files.c', import.meta.url))

/** In the order of the C source. */
const CALLS = ['none', 'write', 'sync', 'lock', 'unlock', 'answer', 'truncate'] as const
const FILES = ['any', 'wal', 'database', 'snapshot', 'shared', 'socket'] as const
const ACTS = ['pass', 'die-before', 'die-halfway', 'die-after', 'fail-io', 'fail-full', 'short'] as const

/** Where the counts begin, in numbers of 4 bytes: after call, file, nth, act, times and fired. */
const SEEN_AT = 6
const NUMBERS = SEEN_AT + CALLS.length * FILES.length

/** What is to happen, to which call, on which of a room's files. */
export interface FileFault {
  readonly call: (typeof CALLS)[number]
  readonly file: (typeof FILES)[number]
  readonly act: (typeof ACTS)[number]
  /** The nth such call from now; default the next. */
  readonly nth?: number
  /** From there on so many; default one. */
  readonly times?: number
}

/** Makes the files of a process fail, from outside it. */
export class FaultyFiles {
  /** What the process is to be started with. */
  readonly env: NodeJS.ProcessEnv
  readonly #fd: number

  /** @returns undefined, and why, where nothing can be preloaded */
  static make(directory: string): FaultyFiles | { readonly missing: string } {
    if (process.platform !== 'linux') return { missing: `no preloading on ${process.platform}` }
    const library = join(directory, 'faulty-files.so')
    const { error, status, stderr } = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], { encoding: 'utf8' })
    if (error !== undefined) return { missing: 'no gcc' }
    if (status !== 0) return { missing: `gcc: ${stderr}` }
    return new FaultyFiles(library, join(directory, 'faulty-files'))
  }

  private constructor(library: string, control: string) {
    this.env = { LD_PRELOAD: library, FAULTY_FILES: control }
    this.#fd = openSync(control, 'w+')
    writeSync(this.#fd, new Uint8Array(NUMBERS * 4))
  }

  arm({ call, file, act, nth = 1, times = 1 }: FileFault): void {
    this.disarm()
    this.#write(1, FILES.indexOf(file), nth, ACTS.indexOf(act), times, 0)
    // Last, since from here on it counts.
    this.#write(0, CALLS.indexOf(call))
  }

  disarm(): void {
    this.#write(0, 0)
  }

  /** How often it has happened since it was armed. */
  get fired(): number {
    return this.#read()[5] ?? 0
  }

  /** Calls that came through here, of all processes so far. */
  seen(call: FileFault['call'], file: FileFault['file']): number {
    return this.#read()[SEEN_AT + CALLS.indexOf(call) * FILES.length + FILES.indexOf(file)] ?? 0
  }

  close(): void {
    closeSync(this.#fd)
  }

  #write(at: number, ...numbers: readonly number[]): void {
    writeSync(this.#fd, Int32Array.from(numbers), 0, numbers.length * 4, at * 4)
  }

  #read(): Int32Array {
    const numbers = new Int32Array(NUMBERS)
    readSync(this.#fd, numbers, 0, NUMBERS * 4, 0)
    return numbers
  }
}
