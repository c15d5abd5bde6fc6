import { describe, expect, test } from 'vitest'
import { brokenArrows } from './arrows.ts'
import { unexplainedExports, unusedExports } from './dead-exports.ts'
import { brokenExamples, docExamples } from './doc-examples.ts'
import { strayEngines } from './engines.ts'
import { unheldGuarantees } from './guarantees.ts'
import { oversizedFiles, vagueFolders } from './layout.ts'
import { deadLinks } from './links.ts'
import { lockfileGaps } from './lockfile.ts'
import { machinePaths, missingPages } from './mentions.ts'
import { readRepo } from './repo.ts'

const REQUIRED_DOCUMENTS = [
  'LICENSE',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/ARCHITECTURE.md',
  'docs/PROTOCOL.md',
  'docs/GUARANTEES.md',
  'bench/README.md',
]

describe('the repository', () => {
  const repo = readRepo()

  test.each([
    ['has no arrow between houses that is not allowed', brokenArrows],
    ['names each engine in one file', strayEngines],
    ['exports nothing that nobody imports', unusedExports],
    ['has no public name that is neither used nor documented', unexplainedExports],
    ['has no file too long to read', oversizedFiles],
    ['has no folder with a name that says nothing', vagueFolders],
    ['has no dead link in its documents', deadLinks],
    ['mentions no document that it does not have', missingPages],
    ['mentions no path of a machine', machinePaths],
    ['has a test for each guarantee', unheldGuarantees],
    ['has a lockfile for every platform', lockfileGaps],
  ])('%s', (_, rule) => {
    expect(rule(repo)).toEqual([])
  })

  test('has examples in its documents that compile', () => {
    const { examples, problems } = docExamples(repo)
    expect([...problems, ...brokenExamples(examples)]).toEqual([])
  })

  test('has the documents that a reader looks for', () => {
    expect(REQUIRED_DOCUMENTS.filter((path) => !repo.has(path))).toEqual([])
  })
})
