import { readModules } from './modules.ts'
import { isTest, type Repo } from './repo.ts'

interface Engine {
  readonly modules: readonly string[]
  /** The only files under packages/ that may import them: where they are joined to the rest. */
  readonly files: readonly string[]
  /** Whether tests may import them too: real sockets in a test are welcome, a second way into SQLite is not. */
  readonly inTests: boolean
}

const ENGINES: readonly Engine[] = [
  { modules: ['better-sqlite3'], files: ['packages/sqlite/src/better-sqlite3.ts'], inTests: false },
  {
    modules: ['@journeyapps/wa-sqlite', 'wa-sqlite'],
    files: [
      'packages/sqlite/src/wa-sqlite.ts',
      'packages/client/src/load-wa-sqlite.ts',
      'packages/client/src/browser/load-wa-sqlite.ts',
      'packages/server/src/service-worker/load-wa-sqlite.ts',
    ],
    inTests: false,
  },
  {
    modules: ['ws', '@hono/node-server'],
    files: [
      'packages/server/src/node.ts',
      'packages/server/src/node/accept-sockets.ts',
      'packages/server/src/node/open-server.ts',
      'packages/client/src/node.ts',
    ],
    inTests: true,
  },
]

/** Imports of an engine outside the one file that joins it to the rest. */
export function strayEngines(repo: Repo): string[] {
  const strays: string[] = []
  for (const [path, { imports }] of readModules(repo)) {
    if (!path.startsWith('packages/')) continue
    for (const { specifier, line } of imports) {
      const engine = ENGINES.find(({ modules }) => modules.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
      if (!engine || engine.files.includes(path) || (engine.inTests && isTest(path))) continue
      strays.push(`${path}:${line}: only ${engine.files.join(' and ')} may import '${specifier}'`)
    }
  }
  return [...new Set(strays)]
}
