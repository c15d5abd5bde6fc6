/** What a page writes to its console when it can be used. */
export const READY = 'This page is ready.'

/** To be called by a page when all that it puts into `globalThis` is there. */
export function sayReady(): void {
  console.info(READY)
}
