import { compile } from './compile.ts'
import { headings } from './markdown.ts'
import { isMarkdown, isSource, isTest, type Repo } from './repo.ts'

/** A module to be compiled. Its lines stand where they stand on the page, so that an error's line is the page's. */
export interface Example {
  /** The page's path with every `/` and `.` made `-`; examples of one page may import each other by `./<name>`. */
  readonly directory: string
  readonly name: string
  readonly page: string
  readonly lines: string[]
}

const FENCE = /^(\s*(?:\* )?\s*)(`{3,})\s*(ts|tsx|typescript)\b\s*(.*)$/

/**
 * The TypeScript blocks of the documents, and of doc comments in packages. Blocks under one heading are one module, in order, unless they say
 * which file they belong to: ` ```ts file=mutators.ts `. Each doc comment is a module of its own.
 */
export function docExamples(repo: Repo): { examples: Example[]; problems: string[] } {
  const examples = new Map<string, Example>()
  const problems: string[] = []
  for (const [page, text] of repo) {
    if (!isPage(page)) continue
    const titles = isMarkdown(page) ? headings(text) : []
    for (const { line, lines, extension, info } of blocks(text)) {
      const file = /^file=([\w.-]+\.tsx?)$/.exec(info)?.[1]
      if (info !== '' && !file)
        problems.push(`${page}:${line}: '${info}' is not known; every example is compiled, and may only name its file`)
      const title = titles.findLast((heading) => heading.line < line)
      const name = file ?? `${isMarkdown(page) ? title?.anchor || 'top' : `line-${line}`}.${extension}`
      const directory = page.replace(/[/.]/g, '-')
      const example = examples.get(`${directory}/${name}`) ?? { directory, name, page, lines: [] }
      examples.set(`${directory}/${name}`, example)
      while (example.lines.length < line) example.lines.push('')
      example.lines.push(...lines)
    }
  }
  return { examples: [...examples.values()], problems }
}

/** Type-checks the examples against the packages' sources; errors are by page and line. `folder` is where, under .cache. */
export function brokenExamples(examples: readonly Example[], folder = 'doc-examples'): string[] {
  const byFile = new Map(examples.map((example) => [`${example.directory}/${example.name}`, example]))
  const files = new Map([...byFile].map(([file, { lines }]) => [file, lines.join('\n')]))
  const compilerOptions = { moduleDetection: 'force', jsx: 'react-jsx' }
  const errors = compile(folder, files, { extends: '../../tsconfig.tests.json', compilerOptions, include: [] })
  return errors.map((error) =>
    error.replace(/^(.+?)\((\d+),\d+\)/, (_, file: string, line: string) => `${byFile.get(file)?.page ?? file}:${line}`),
  )
}

function isPage(path: string): boolean {
  if (isMarkdown(path)) return path === 'README.md' || path.startsWith('docs/') || /^packages\/[^/]+\/README\.md$/.test(path)
  return path.startsWith('packages/') && isSource(path) && !isTest(path)
}

interface Block {
  /** Of the opening fence, 1-based. */
  readonly line: number
  readonly lines: readonly string[]
  readonly extension: 'ts' | 'tsx'
  readonly info: string
}

function blocks(text: string): Block[] {
  const all = text.split('\n')
  const found: Block[] = []
  for (let at = 0; at < all.length; at++) {
    const [, indent = '', fence, language, info = ''] = FENCE.exec(all[at] ?? '') ?? []
    if (!fence) continue
    const end = all.findIndex((line, index) => index > at && line.replace(/^\s*(\* )?\s*/, '').startsWith(fence))
    const body = all.slice(at + 1, end === -1 ? undefined : end)
    const lines = body.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.replace(/^\s*\*?\s*/, '')))
    found.push({ line: at + 1, lines, extension: language === 'tsx' ? 'tsx' : 'ts', info: info.trim() })
    at += body.length
  }
  return found
}
