import type { ReactNode } from 'react'

/** The three words that one has to know. */
export function Intro(): ReactNode {
  return (
    <header className="intro">
      <h1>Clients guess. The server decides. Everyone agrees.</h1>
      <dl className="terms">
        <div>
          <dt className="term optimistic">optimistic</dt>
          <dd>A client shows its own change at once, as a guess.</dd>
        </div>
        <div>
          <dt className="term authoritative">authoritative</dt>
          <dd>The server runs each change itself. Its order is the truth.</dd>
        </div>
        <div>
          <dt className="term rebase">rebase</dt>
          <dd>A client undoes its guesses, applies what the server did, and replays what is still pending.</dd>
        </div>
      </dl>
    </header>
  )
}
