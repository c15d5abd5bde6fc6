import type { NetworkProfile } from './scenario.ts'

/** What a kind of line is like. Latencies are one way, in milliseconds: half of a round trip. */
export interface LineProfile {
  readonly latency: { readonly heavyTail: { readonly median: number; readonly spread: number; readonly max: number } }
  /** Share of frames that have to be sent again. */
  readonly loss: number
  readonly bytesPerSecond: { readonly up: number; readonly down: number }
  /** Nothing gets through now and then: how long it works on average, and how long it is silent, in milliseconds. */
  readonly silence?: { readonly everyMs: number; readonly forMs: readonly [min: number, max: number] }
}

/*
 * Medians and speeds:
 * - lan: ours. A round trip of half a millisecond over one switch, and gigabit Ethernet.
 * - wifi: WebPageTest's connection "Cable" (28 ms round trip, 5/1 Mbit/s), as at home behind a router.
 * - 4g: its "LTE" (70 ms, 12/12 Mbit/s). OpenSignal, State of Mobile Networks: USA, July 2018, has 54 ms for the best operator.
 * - 3g: its "3G" (300 ms, 1.6 Mbit/s down, 768 kbit/s up).
 * - flaky-train: ours, a bad line between the two. Xiao et al., TCP Performance over Mobile Networks in High-speed Mobility
 *   Scenarios (IEEE, 2014), find that on trains throughput and round trips are worse than at rest and vary much.
 * None of them has a distribution that could be taken over: the spreads, maxima, shares of loss and lengths of silence are our
 * choice, on the bad side of what is usual.
 */
export const NETWORK_PROFILES: { readonly [P in NetworkProfile]: LineProfile } = {
  lan: {
    latency: { heavyTail: { median: 0.25, spread: 0.3, max: 5 } },
    loss: 0,
    bytesPerSecond: { up: 125_000_000, down: 125_000_000 },
  },
  wifi: {
    latency: { heavyTail: { median: 14, spread: 0.5, max: 500 } },
    loss: 0.002,
    bytesPerSecond: { up: 125_000, down: 625_000 },
  },
  '4g': {
    latency: { heavyTail: { median: 35, spread: 0.5, max: 1000 } },
    loss: 0.005,
    bytesPerSecond: { up: 1_500_000, down: 1_500_000 },
  },
  '3g': {
    latency: { heavyTail: { median: 150, spread: 0.6, max: 3000 } },
    loss: 0.01,
    bytesPerSecond: { up: 96_000, down: 200_000 },
  },
  'flaky-train': {
    latency: { heavyTail: { median: 80, spread: 1, max: 5000 } },
    loss: 0.03,
    bytesPerSecond: { up: 96_000, down: 200_000 },
    silence: { everyMs: 10_000, forMs: [500, 6000] },
  },
}
