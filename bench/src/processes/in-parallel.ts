/** So many are under way at once. */
const UNDER_WAY = 16

/** Does the work so many times, some of them at once. */
export async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, worker))
}
