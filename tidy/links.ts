import { posix } from 'node:path'
import { headings, proseLines } from './markdown.ts'
import { isMarkdown, type Repo } from './repo.ts'

const INLINE = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g
const DEFINITION = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/g
const HTML = /\b(?:href|src)="([^"]+)"/g

/** Links in documents that lead nowhere in the repository: to no file, or to no heading. Links to elsewhere are not followed. */
export function deadLinks(repo: Repo): string[] {
  const dead: string[] = []
  for (const [path, text] of repo) {
    if (!isMarkdown(path)) continue
    for (const [index, line] of proseLines(text).entries()) {
      for (const target of targets(line)) {
        const reason = whyDead(repo, path, target)
        if (reason) dead.push(`${path}:${index + 1}: ${target}: ${reason}`)
      }
    }
  }
  return dead
}

function targets(line: string): string[] {
  const visible = line.replace(/`[^`]*`/g, '')
  return [INLINE, DEFINITION, HTML].flatMap((pattern) => [...visible.matchAll(pattern)].map((match) => match[1] ?? ''))
}

function whyDead(repo: Repo, from: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target) || target.startsWith('//')) return undefined
  const [file = '', anchor] = decodeURI(target).split('#')
  const path = file === '' ? from : posix.join(file.startsWith('/') ? '' : posix.dirname(from), file).replace(/^\/|\/$/g, '')
  const text = repo.get(path)
  if (text === undefined) return [...repo.keys()].some((each) => each.startsWith(`${path}/`)) ? undefined : 'no such file'
  if (anchor === undefined || !isMarkdown(path)) return undefined
  const known = headings(text).some((heading) => heading.anchor === anchor) || text.includes(`id="${anchor}"`)
  return known ? undefined : 'no such heading'
}
