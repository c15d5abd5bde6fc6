/** Tells when this page's device has a network again, or none any more. Workers are not told of it in all browsers. */
export function hearNetwork(changed: (isThere: boolean) => void): () => void {
  const [online, offline] = [() => changed(true), () => changed(false)]
  addEventListener('online', online)
  addEventListener('offline', offline)
  return () => {
    removeEventListener('online', online)
    removeEventListener('offline', offline)
  }
}
