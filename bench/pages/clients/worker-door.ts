import type { Door } from '../../src/workloads/system.ts'

/** What is to be done with the door of a worker. */
export type DoorWish = 'shut' | 'tell when something waits' | 'let in'

/** A door that is where the socket is, in a worker. */
export class WorkerDoor implements Door {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  static async shut(worker: Worker): Promise<WorkerDoor> {
    const door = new WorkerDoor(worker)
    await door.#ask('shut')
    return door
  }

  arrived(): Promise<void> {
    return this.#ask('tell when something waits')
  }

  letIn(): void {
    this.#worker.postMessage({ door: 'let in' satisfies DoorWish })
  }

  #ask(door: DoorWish): Promise<void> {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve()
      this.#worker.postMessage({ door }, [port2])
    })
  }
}
