/** A promise of the engine that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** `G1` to `G10`, as docs/GUARANTEES.md numbers them. */
  readonly guarantee: string
  /** The checker's name. */
  readonly checker: string
  constructor(guarantee: string, checker: string, message: string) {
    super(`[${guarantee}] ${message}`)
    this.guarantee = guarantee
    this.checker = checker
  }
}
