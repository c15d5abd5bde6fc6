import { type ReactNode, useState } from 'react'
import { OpenAccount } from './accounts/open-account.tsx'
import { useClient, useStatus } from './board-client.ts'
import { Problem } from './parts/problem.tsx'
import { fillBoard } from './sample/fill-board.ts'

/** What an empty board says: how it begins. */
export function Invitation(): ReactNode {
  const client = useClient()
  const { version, connection } = useStatus()
  const [isOpening, setOpening] = useState(false)
  const [isFilling, setFilling] = useState(false)
  const [problem, setProblem] = useState<string>()
  if (version === null) return <NotHereYet isOffline={connection === 'offline' || connection === 'stopped'} />
  const fill = async () => {
    setFilling(true)
    setProblem(undefined)
    try {
      await fillBoard(client, new Date())
    } catch (error) {
      setProblem(`The board was not filled: ${(error as Error).message}`)
    }
    setFilling(false)
  }
  return (
    <section className="card invitation" aria-labelledby="invitation">
      <Sketch />
      <h2 id="invitation">Who paid for what, in one place</h2>
      <p>
        Open accounts, note expenses, move money between accounts. All of it works offline, and everyone who has this room’s link sees the
        same.
      </p>
      <div className="actions">
        <button type="button" className="button primary" disabled={isFilling} onClick={() => void fill()}>
          {isFilling ? 'Filling…' : 'Fill it with sample data'}
        </button>
        <button type="button" className="button" onClick={() => setOpening(true)}>
          Open a first account
        </button>
      </div>
      <Problem text={problem} />
      {isOpening && <OpenAccount onClose={() => setOpening(false)} />}
    </section>
  )
}

function NotHereYet({ isOffline }: { readonly isOffline: boolean }): ReactNode {
  if (!isOffline) return <p className="opening">Fetching the board…</p>
  return <p className="opening">This board was never opened on this device. It shows as soon as the server is in reach.</p>
}

function Sketch(): ReactNode {
  return (
    <svg className="sketch" viewBox="0 0 160 64" width="160" height="64" aria-hidden="true">
      {[14, 26, 20, 38, 30, 48].map((height, i) => (
        <rect key={height} className={i === 5 ? 'now' : undefined} x={8 + i * 25} y={58 - height} width="17" height={height} rx="3" />
      ))}
      <path d="M2 60.5h156" />
    </svg>
  )
}
