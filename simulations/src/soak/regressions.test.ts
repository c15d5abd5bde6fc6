import { basename, dirname } from 'node:path'
import { simulate } from '@savepoint/simulator'
import { expect, test } from 'vitest'
import { readCase, regressionCases } from './regression-cases.ts'

test.each(regressionCases().map((path) => [`${basename(dirname(path))}/${basename(path)}`, path]))('%s failed once', async (name, path) => {
  const { app, scenario } = readCase(path)
  const run = await simulate({ ...app, scenario })
  expect(run.violation, `${run.timeline().join('\n')}\nnpm run simulate -- --repeat simulations/regressions/${name}`).toBeNull()
})

test('a case in no folder of an app is refused, and one that is not there', () => {
  expect(() => readCase('a.json')).toThrow(/no folder of an app, which would be one of demo/)
  expect(() => readCase('demo/none.json')).toThrow(/cannot be read/)
})
