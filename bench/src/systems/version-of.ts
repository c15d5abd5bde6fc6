import { readFileSync } from 'node:fs'

interface Manifest {
  readonly name?: string
  readonly version?: string
}

/** The version of the package that a module is of, by the module's URL. */
export function versionOf(name: string, module: string): string {
  for (let directory = new URL('.', module); directory.pathname !== '/'; directory = new URL('..', directory)) {
    const manifest = readManifest(new URL('package.json', directory))
    if (manifest?.name === name && manifest.version !== undefined) return manifest.version
  }
  throw new Error(`${module} is no module of ${name}.`)
}

function readManifest(file: URL): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest
  } catch {
    return undefined
  }
}
