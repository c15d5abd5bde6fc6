import type { Driver } from '@savepoint/sqlite'

/** Stands between a process and its databases. What it throws, the statement throws. */
export interface StatementWatch {
  before?(sql: string, path: string): void
  after?(sql: string, path: string): void
}

/** Thrown by whatever a killed process still tries. */
export class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled'
  constructor() {
    super('The process of this connection was killed by the simulation.')
  }
}

/** How a database is opened. */
export interface OpenOptions {
  readonly readonly?: boolean
  /** Lets the shadow tables of virtual ones be written, as who makes a snapshot must. */
  readonly shadowWrites?: boolean
  /** A look of the simulation's own, which no fault befalls and no watch sees. */
  readonly isLook?: boolean
}

/** One machine's disk, and the connections that its process has to the databases there. */
export interface SimulatedDisk {
  readonly engine: 'better-sqlite3' | 'wa-sqlite'
  /** Set by the process that runs; asked around each statement of every connection. */
  watch: StatementWatch
  /** How often a process has ended here: who remembers the number can tell whether it is dead. */
  readonly crashes: number
  /** Grows with each statement that may have changed what one of the databases holds: while it stays, all reads give the same. */
  readonly changes: number
  /** A connection of the process that runs now. It dies with it. */
  open(path: string, options?: OpenOptions): Driver
  /** What `ATTACH` calls the database at this path, on a connection of this disk. */
  attachName(path: string): string
  exists(path: string): boolean
  list(): readonly string[]
  /** Puts a database file there, flushed. No connection to it is open. */
  write(path: string, image: Uint8Array): void
  /** Removes a database and its journals, flushed. */
  remove(path: string): void
  /** The bytes of a database as a new process would find it. No connection need be closed for it. */
  read(path: string): Uint8Array
  /**
   * The process ends here: its connections throw `ProcessKilled` from now on, and closing them does nothing. Without
   * `power`, the system keeps what was written; with it, each write that was not flushed is kept, lost or torn by chance.
   */
  crash(power: boolean): void
  /**
   * The process ends in the middle of the next statement, which throws `ProcessKilled`: by chance, none, some or all of what
   * it was to write is on the disk. This is how one dies during COMMIT: `watch.before` sees it, and calls this. After
   * {@link crash} from `watch.after`, the COMMIT was finished, and is durable if `synchronous` made it so.
   */
  crashDuring(power: boolean): void
  /**
   * Fails the nth write or flush from now, and those after it until `times` have failed. Under wa-sqlite they are those of files: a
   * COMMIT makes several. Under better-sqlite3 they are statements: those that write, and those that end a transaction which has written. Of
   * what could not be flushed nobody knows whether it is there.
   */
  fail(operation: 'write' | 'sync', nth: number, times: number): void
  /** From now on nothing more fits. */
  fill(): void
  /** There is room again, and no fault is left. */
  mend(): void
  /** Another disk with the same content, as a copied profile would have it. */
  copy(): SimulatedDisk
  /** Frees what it holds. It is of no more use. */
  dispose(): void
}

/** Makes what throws `ProcessKilled` once the process that runs now is dead: it must not open what the next one owns. */
export function aliveOn(disk: SimulatedDisk): () => void {
  const { crashes } = disk
  return () => {
    if (disk.crashes !== crashes) throw new ProcessKilled()
  }
}
