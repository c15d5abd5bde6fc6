import type { RealTime } from './lab-clock.ts'

export const browserTime: RealTime = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
