import type { NetworkProfile } from '../scenario/scenario.ts'

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
 * - lan: a round trip of half a millisecond over one switch, and gigabit Ethernet.
 * - wifi: "Cable" of WebPageTest's connectivity.ini (28 ms round trip, 5/1 Mbit/s), as at home behind a router.
 * - 4g: "LTE" of the same (70 ms, 12/12 Mbit/s). OpenSignal, State of Mobile Networks USA, July 2018, has 54 ms for the
 *   quickest of four operators.
 * - 3g: "3G" of the same (300 ms, 1.6 Mbit/s down, 768 kbit/s up).
 * - flaky-train: Xu et al., A First Look at Disconnection-Centric TCP Performance on High-Speed Railways (IEEE JSAC 2020),
 *   and Jang et al., 3G and 3.5G Wireless Network Performance Measured from Moving Cars and High-Speed Trains (MICNET 2009),
 *   find round trips, their variance and loss far above those at rest, and stalls of seconds.
 * These sources have no whole distributions that could be taken over: the spreads, the shares of loss and the lengths of
 * silence are our choice, on the bad side of what is usual.
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
