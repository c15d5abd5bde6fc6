import type { TraceEvent } from '../trace/trace-event.ts'
import { ExampleWorld } from './example-world.contract.ts'

const CATEGORIES = ['Food', 'Rent', 'Fun', 'Books', 'Coffee']

/**
 * Three clients whose lines take 3 s, 300 ms and nothing, one way. The first adds 1 to a counter every second, ten times; the
 * second takes 3 from it every four seconds, three times; the third watches.
 */
export function threeClientsTrace(): TraceEvent[] {
  const world = new ExampleWorld('three-clients')
  const [first, second] = [3000, 300, 0].map((latency, i) => world.join(`client${i + 1}`, () => latency))
  for (let i = 1; i <= 10; i++) world.at(i * 1000, () => first && world.call(first, 'add', 'Food', 1))
  for (let i = 1; i <= 3; i++) world.at(i * 4000, () => second && world.call(second, 'add', 'Food', -3))
  world.run()
  world.end()
  return world.events
}

/** Clients on bad lines, which are killed, partitioned and meet a server that is killed as well, until there are as many events. */
export function chaosTrace(seed: string, eventCount: number, clientCount = 3): TraceEvent[] {
  const world = new ExampleWorld(seed, 0.03)
  const { random } = world
  for (let i = 1; i <= clientCount; i++) world.join(`client-${i}`, () => random.int(5, i * 150))
  const act = () => {
    if (world.events.length >= eventCount) return world.calm()
    const client = random.pick(world.clients)
    const dice = random.next()
    if (dice < 0.02) world.down(client, 'killed', random.int(300, 3000))
    else if (dice < 0.03) world.downServer('after append', random.int(300, 1500))
    else if (dice < 0.05) world.partition(client, random.int(300, 3000))
    else if (dice < 0.2) world.call(client, 'remove', random.pick(CATEGORIES))
    else world.call(client, 'add', random.pick(CATEGORIES), random.int(-9, 9))
    world.at(world.now + random.int(20, 600), act)
  }
  world.at(500, act)
  world.run()
  world.end()
  return world.events
}
