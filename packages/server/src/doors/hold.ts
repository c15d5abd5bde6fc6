/** Says whether something is held back, and when that is over. */
export class Hold {
  isOver = true
  /** Resolves when the hold that has begun last is over. */
  over: Promise<void> = Promise.resolve()
  #release = () => {}

  begin(): void {
    if (!this.isOver) return
    this.isOver = false
    this.over = new Promise((resolve) => {
      this.#release = resolve
    })
  }

  end(): void {
    this.isOver = true
    this.#release()
  }
}
