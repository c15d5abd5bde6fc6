import type { ReactNode } from 'react'
import { SavepointProvider } from './board-client.ts'
import { BoardPage } from './board-page.tsx'
import { openBoard } from './open-board.ts'
import { OpeningFailed } from './opening-failed.tsx'
import { Announcer } from './parts/announcer.tsx'
import './board.css'
import './parts/parts.css'

/** The expense board of a room. */
export function Board({ room }: { readonly room: string }): ReactNode {
  return (
    <div className="board">
      <OpeningFailed>
        <SavepointProvider client={openBoard(room)} fallback={<Opening />}>
          <Announcer>
            <BoardPage />
          </Announcer>
        </SavepointProvider>
      </OpeningFailed>
    </div>
  )
}

function Opening(): ReactNode {
  return (
    <p className="opening" role="status">
      Opening the board…
    </p>
  )
}
