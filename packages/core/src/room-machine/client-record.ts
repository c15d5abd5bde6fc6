/** What a room knows of a client. */
export interface ClientRecord {
  /** The highest mutationID processed; everything up to it has an outcome. */
  readonly lastMutationID: number
  /** The seed of that mutation: another seed under the same ID is another replica. */
  readonly lastSeed: string
  /** The version that it made. */
  readonly lastVersion: number
  /** The client keeps all outcomes up to here itself; the room may forget them. */
  readonly acked: number
  /** Who first used the clientID. Nobody else may. */
  readonly identity: string
}
