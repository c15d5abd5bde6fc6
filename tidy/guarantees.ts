import { posix } from 'node:path'
import { headings } from './markdown.ts'
import { isTest, lineAt, type Repo } from './repo.ts'

const PAGE = 'docs/GUARANTEES.md'
const TEST_FILE = /[\w./-]+\.test\.tsx?/g

/**
 * Guarantees that nothing holds: each heading that starts with its number (`## G4 …`) has to name test files that exist, all of which cite
 * it (`[G4]`). And the reverse: what a test cites has to be on the page.
 */
export function unheldGuarantees(repo: Repo): string[] {
  const page = repo.get(PAGE)
  if (page === undefined) return []
  const stated = sections(page)
  const problems = stated.flatMap(({ number, line, body }) => {
    const named = [...new Set([...body.matchAll(TEST_FILE)].map(([file]) => locate(repo, file)))]
    if (named.length === 0) return [`${PAGE}:${line}: ${number} names no test`]
    return named
      .filter((file) => !repo.get(file)?.includes(`[${number}]`))
      .map((file) => `${PAGE}:${line}: ${number} is not cited by ${file}${repo.has(file) ? '' : ', which does not exist'}`)
  })
  const numbers = new Set(stated.map(({ number }) => number))
  return [...problems, ...unknownCitations(repo, numbers)]
}

interface Section {
  readonly number: string
  readonly line: number
  readonly body: string
}

function sections(page: string): Section[] {
  const all = headings(page)
  const lines = page.split('\n')
  return all.flatMap(({ title, line, level }, index) => {
    const number = /^\[?(G\d+)\b/.exec(title)?.[1]
    const next = all.slice(index + 1).find((heading) => heading.level <= level)
    return number ? [{ number, line, body: lines.slice(line, next ? next.line - 1 : undefined).join('\n') }] : []
  })
}

/** A test is named from the root, or linked from the page. */
function locate(repo: Repo, file: string): string {
  return repo.has(file) ? file : posix.join(posix.dirname(PAGE), file)
}

function unknownCitations(repo: Repo, numbers: ReadonlySet<string>): string[] {
  return [...repo].flatMap(([path, text]) => {
    if (!isTest(path) || path.startsWith('tidy/')) return []
    const cited = [...text.matchAll(/\[(G\d+)\]/g)]
    return cited
      .filter(([, number = '']) => !numbers.has(number))
      .map((match) => `${path}:${lineAt(text, match.index)}: ${match[0]} is not in ${PAGE}`)
  })
}
