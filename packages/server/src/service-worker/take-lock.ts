/**
 * Takes a lock of the origin's from whoever has it.
 *
 * @param lost called when somebody else has taken it in turn
 * @returns when it is held: what lets it go
 */
export function takeLock(name: string, lost: () => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = () => new Promise<void>((release) => resolve(release))
    navigator.locks.request(name, { steal: true }, hold).catch((error: unknown) => {
      reject(error)
      lost()
    })
  })
}
