/** Has the work done at the end of the turn, once for all who ask for it in that turn. */
export function onceATurn(work: () => Promise<void>): () => Promise<void> {
  let coming: Promise<void> | undefined
  return () => {
    coming ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        coming = undefined
        work().then(resolve, reject)
      })
    })
    return coming
  }
}
