import { profiled } from '../measure/profiled.ts'

export interface Call {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

export interface Reply {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

/** Functions that the parent may call, by name. */
export interface Functions {
  readonly [name: string]: (argument: never) => unknown
}

/** Answers the parent's calls until it disconnects, then closes and ends this process. */
export function answer(processName: string, functions: Functions, close: () => Promise<void>): void {
  process.on('message', ({ id, name, argument }: Call) => {
    void run(functions, name, argument).then(
      (result) => process.send?.({ id, result } satisfies Reply),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Reply),
    )
  })
  void profiled(processName, () => new Promise<void>((resolve) => process.once('disconnect', resolve)))
    .then(close)
    .finally(() => process.exit())
}

async function run(functions: Functions, name: string, argument: unknown): Promise<unknown> {
  const called = functions[name]
  if (called === undefined) throw new Error(`There is no function "${name}" here.`)
  return await called(argument as never)
}
