import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PlantedBug, plant } from './planted-bug.ts'

/** Of the checkout that this file is in. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Git ignores it. */
const COPIES = join(ROOT, '.planted')

/** Houses whose sources a run needs. */
const HOUSES = ['packages/core', 'packages/sqlite', 'packages/client', 'packages/server', 'packages/simulator', 'simulations']

/** What of the simulations a run needs. */
const SIMULATIONS = ['apps', 'planted']

/**
 * A copy of the sources, of hard links but for the files with a bug in them, so that it costs little. Its packages are found
 * from within it; all others come from the checkout.
 *
 * @param bug null for a copy without any
 * @returns its directory
 * @throws StaleEdit if the bug cannot be planted
 */
export function makeCopy(name: string, bug: PlantedBug | null): string {
  const directory = join(COPIES, name)
  rmSync(directory, { recursive: true, force: true })
  for (const house of HOUSES) copyHouse(house, directory)
  for (const edit of bug?.edits ?? []) {
    const path = join(directory, edit.file)
    const text = plant(readFileSync(path, 'utf8'), bug as PlantedBug, edit)
    // Written in place, the text would be in the checkout's own file as well.
    unlinkSync(path)
    writeFileSync(path, text)
  }
  return directory
}

export function removeCopy(name: string): void {
  rmSync(join(COPIES, name), { recursive: true, force: true })
}

function copyHouse(house: string, directory: string): void {
  const source = join(ROOT, house)
  for (const path of readdirSync(join(source, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (house === 'simulations' && !SIMULATIONS.includes(path.split(sep)[0] ?? '')) continue
    if (path.endsWith('.ts') && !/\.(test|test-d|contract)\.ts$/.test(path)) link(join('src', path))
  }
  link('package.json')
  const { name } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { name: string }
  const entry = join(directory, 'node_modules', name)
  mkdirSync(dirname(entry), { recursive: true })
  symlinkSync(join(directory, house), entry, 'junction')

  function link(path: string): void {
    const target = join(directory, house, path)
    mkdirSync(dirname(target), { recursive: true })
    linkSync(join(source, path), target)
  }
}
