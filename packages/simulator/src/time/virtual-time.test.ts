import { expect, test } from 'vitest'
import { VirtualTime } from './virtual-time.ts'

async function runAll(time: VirtualTime): Promise<void> {
  while (time.next !== undefined) await time.turn()
}

test('what is due runs in the order of its time, and first come first at one time', async () => {
  const time = new VirtualTime()
  const ran: string[] = []
  const note = (what: string) => () => void ran.push(`${time.now} ${what}`)
  time.at(20, note('c'))
  time.at(10, note('a'))
  time.at(10, note('b'))
  const cancel = time.at(15, note('never'))
  cancel()
  time.after(30, note('d'))
  await runAll(time)
  expect(ran).toEqual(['10 a', '10 b', '20 c', '30 d'])
  expect(time.now).toBe(30)
})

test('what has passed is done now', async () => {
  const time = new VirtualTime()
  const ran: number[] = []
  time.at(50, () => time.at(10, () => void ran.push(time.now)))
  await runAll(time)
  expect(ran).toEqual([50])
})

test('promises have come to their end before time goes on, however long their chain', async () => {
  const time = new VirtualTime()
  const ran: string[] = []
  time.at(1, () => void chain(500).then(() => ran.push(`chain at ${time.now}`)))
  time.at(1, () => void ran.push('next'))
  await runAll(time)
  expect(ran).toEqual(['chain at 1', 'next'])
})

test('a thousand in any order come out in order', async () => {
  const time = new VirtualTime()
  const ran: number[] = []
  for (let i = 0; i < 1000; i++) time.at((i * 7919) % 1009, () => void ran.push(time.now))
  await runAll(time)
  expect(ran).toEqual([...ran].sort((a, b) => a - b))
  expect(ran).toHaveLength(1000)
})

async function chain(length: number): Promise<void> {
  for (let i = 0; i < length; i++) await null
}
