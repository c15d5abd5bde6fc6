/** Milliseconds on a clock that a page and its workers share. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now()
}
