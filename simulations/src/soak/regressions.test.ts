import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { simulate } from '@savepoint/simulator'
import { expect, test } from 'vitest'
import { readCase } from './regression-cases.ts'

const REGRESSIONS = fileURLToPath(new URL('../../regressions/', import.meta.url))

const files = readdirSync(REGRESSIONS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))

test.each(files)('%s failed once', async (file) => {
  const { app, scenario } = readCase(join(REGRESSIONS, file))
  const run = await simulate({ ...app, scenario })
  expect(run.violation, `${run.timeline().join('\n')}\nnpm run simulate -- --repeat simulations/regressions/${file}`).toBeNull()
})

test('a case in no folder of an app is refused, and one that is not there', () => {
  expect(() => readCase('a.json')).toThrow(/no folder of an app, which would be one of demo/)
  expect(() => readCase('demo/none.json')).toThrow(/cannot be read/)
})
