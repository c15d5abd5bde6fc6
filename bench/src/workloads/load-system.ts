import type { System } from './system.ts'

/** The system that a module exports. @throws what importing it throws, as when its packages are not installed. */
export async function loadSystem(module: string): Promise<System> {
  const { system } = (await import(module)) as { system: System }
  return system
}
