import { expect, test } from 'vitest'
import { minimise } from './minimise.ts'
import type { Shot } from './shot.ts'

const shotOf = (door: Shot['door'], ...texts: string[]): Shot => ({
  door,
  parts: texts.map((text) => ({ bytes: Buffer.from(text), breaks: false })),
})
const textOf = ({ parts }: Shot) => parts.map(({ bytes }) => bytes.toString())

test('what has nothing to do with the failure is left out', async () => {
  const least = await minimise(shotOf('http', 'GET /', 'GET /bad?x=1', 'GET /'), async (shot) =>
    textOf(shot).some((text) => text.includes('bad')),
  )
  expect(textOf(least)).toEqual(['bad'])
})

test('frames stay behind their upgrade, and whole', async () => {
  const least = await minimise(shotOf('socket', 'upgrade', 'a', 'bad b', 'c'), async (shot) => textOf(shot).join().includes('bad'))
  expect(textOf(least)).toEqual(['upgrade', 'bad b'])
})
