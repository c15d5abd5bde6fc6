import './dom.contract.ts'
import { createHooks } from '@savepoint/react'
import { cleanup, render } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach } from 'vitest'
import type { mutators } from '../client/shop.contract.ts'
import { isSettled, until, World } from '../client/world.contract.ts'
import { RemoteClient } from './remote-client.contract.ts'

export const { SavepointProvider, useClient, useMutations, useMutator, useQuery, useStatus, useSuspenseQuery } =
  createHooks<typeof mutators>()

export interface Item {
  readonly name: string
  readonly n: number
}

export const ITEMS = 'SELECT name, n FROM items ORDER BY name'

export const asText = (rows: readonly Item[]): string => rows.map(({ name, n }) => `${name} ${n}`).join()

/** A server, its clients, and pages of components on them; a new one for each test of the file. */
class Stage {
  readonly world: World

  private constructor(world: World) {
    this.world = world
  }

  static async open(): Promise<Stage> {
    return new Stage(await World.open())
  }

  /** A client that follows the room, in place. */
  async client() {
    const client = await this.world.client()
    await until(() => isSettled(client))
    return client
  }

  /** The same, behind messages. */
  async remote() {
    const client = await this.client()
    return { client, remote: new RemoteClient(client) }
  }

  async close(): Promise<void> {
    cleanup()
    await this.world.close()
  }
}

/** `stage()` is the one of the test that runs. */
export function stageForEach(): () => Stage {
  let stage: Stage
  beforeEach(async () => {
    stage = await Stage.open()
  })
  afterEach(() => stage.close())
  return () => stage
}

type ProviderProps = Parameters<typeof SavepointProvider>[0]

export function show(client: ProviderProps['client'], children: ReactNode, fallback?: ReactNode) {
  const page = (of: ReactNode) => (
    <StrictMode>
      <SavepointProvider client={client} fallback={fallback}>
        {of}
      </SavepointProvider>
    </StrictMode>
  )
  const { rerender, unmount } = render(page(children))
  return { rerender: (of: ReactNode) => rerender(page(of)), unmount }
}

export const text = (): string => document.body.textContent ?? ''

export async function shows(expected: string): Promise<void> {
  await until(() => text() === expected).catch(() => {
    throw new Error(`The page shows "${text()}", not "${expected}"`)
  })
}
