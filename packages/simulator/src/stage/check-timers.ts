import { settled } from '../time/virtual-time.ts'

/**
 * Fake timers, as test runners have them, may hold back what is to run at once: then nothing in a world would go on.
 *
 * @throws (rejects) TypeError if they do
 */
export async function checkTimers(): Promise<void> {
  const held = new Set(['queueMicrotask', 'process.nextTick'])
  queueMicrotask(() => held.delete('queueMicrotask'))
  process.nextTick(() => held.delete('process.nextTick'))
  await settled()
  if (held.size > 0)
    throw new TypeError(
      `Something holds back ${[...held].join(' and ')}, as fake timers do: a simulation has its own time, and needs real ones (jest.useRealTimers(), vi.useRealTimers()).`,
    )
}
