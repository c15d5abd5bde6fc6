import { expect, test } from 'vitest'
import { unheldGuarantees } from './guarantees.ts'

const PAGE = 'docs/GUARANTEES.md'
const HELD = 'packages/server/src/commit.test.ts'

test('a guarantee is held by the tests that it names, from the root or by a link', () => {
  const page = `# Guarantees\n## G1 Exactly once\nHeld by \`${HELD}\`.\n## G2: Order\nHeld by [the tests](../${HELD}).\n`
  const repo = new Map([
    [PAGE, page],
    [HELD, "test('[G1] once')\ntest('[G2] order')"],
  ])
  expect(unheldGuarantees(repo)).toEqual([])
})

test('one without a test, with a test that is gone, or with one that does not cite it, is not held', () => {
  const page = `# Guarantees\n## G1 Exactly once\n## G2 Order\n\`a.test.ts\`\n## G3 Convergence\n\`${HELD}\`\n`
  const repo = new Map([
    [PAGE, page],
    [HELD, "test('[G1] once')\ntest('[G9] more')"],
  ])
  expect(unheldGuarantees(repo)).toEqual([
    `${PAGE}:2: G1 names no test`,
    `${PAGE}:3: G2 is not cited by docs/a.test.ts, which does not exist`,
    `${PAGE}:5: G3 is not cited by ${HELD}`,
    `${HELD}:2: [G9] is not in ${PAGE}`,
  ])
})
