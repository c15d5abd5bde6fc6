const RETRY_DELAY_MS_MIN = 250

/** A server that is back after a long outage is found again within this time. */
const RETRY_DELAY_MS_MAX = 30_000

/** The longest wait before attempt `attempts + 1`; the caller draws between half of it and all, so that clients spread. */
export function retryDelayMs(attempts: number): number {
  return Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** Math.min(attempts, 16))
}
