import { Component, type ReactNode } from 'react'

interface State {
  readonly error: Error | undefined
}

/** Says why the board cannot be shown, instead of an empty page. */
export class OpeningFailed extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <section className="card invitation" role="alert">
        <h1>The board cannot be shown</h1>
        <p>{error.message}</p>
        <p>What was saved in this browser is still there.</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
      </section>
    )
  }
}
