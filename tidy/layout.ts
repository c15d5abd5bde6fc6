import { isSource, type Repo } from './repo.ts'

const FILE_LINES_MAX = 400
const FILE_LINES_LONG = 300
/** Names that say nothing of what is inside. */
const VAGUE_FOLDERS = ['utils', 'helpers', 'common', 'types']

/** Source files that nobody reads in one go. The message also names those that are on their way there. */
export function oversizedFiles(repo: Repo): string[] {
  const long = [...repo]
    .filter(([path]) => isSource(path))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > FILE_LINES_LONG)
    .sort((a, b) => b.lines - a.lines)
  if (!long.some(({ lines }) => lines > FILE_LINES_MAX)) return []
  return long.map(({ path, lines }) => `${path}: ${lines} lines (${lines > FILE_LINES_MAX ? `over ${FILE_LINES_MAX}` : 'long'})`)
}

/** Files in folders that are not named by what they can do. */
export function vagueFolders(repo: Repo): string[] {
  return [...repo.keys()].filter((path) =>
    path
      .split('/')
      .slice(0, -1)
      .some((folder) => VAGUE_FOLDERS.includes(folder)),
  )
}
