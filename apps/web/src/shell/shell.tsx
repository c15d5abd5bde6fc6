import { type ReactNode, useState } from 'react'
import { linkTo, type Place } from './place.ts'
import { isInWorker, isStatic, linkToServer } from './server.ts'

/** The frame around both views: where one is, and a link to share it. */
export function Shell({ place, children }: { readonly place: Place; readonly children: ReactNode }): ReactNode {
  const { view, room } = place
  return (
    <>
      <header className="top">
        <a className="brand" href={linkTo({ view: 'lab', room })}>
          <img src={`${import.meta.env.BASE_URL}mark.svg`} alt="" width="24" height="24" />
          <span className="wide">Savepoint</span>
        </a>
        <nav aria-label="Views">
          <ViewLink place={{ view: 'lab', room }} current={view}>
            Lab
          </ViewLink>
          <ViewLink place={{ view: 'board', room }} current={view}>
            Board
          </ViewLink>
        </nav>
        <div className="tools">
          <ServerLink />
          <CopyLink room={room} />
        </div>
      </header>
      <main>{children}</main>
    </>
  )
}

function ViewLink({
  place,
  current,
  children,
}: {
  readonly place: Place
  readonly current: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <a href={linkTo(place)} aria-current={place.view === current ? 'page' : undefined}>
      {children}
    </a>
  )
}

/** Where the rooms are, and the way to the other. It is read when it is followed, as the place may be another by then. */
function ServerLink(): ReactNode {
  if (isStatic) return <span className="server-note">No server: the rooms are in this browser</span>
  const other = isInWorker ? 'network' : 'worker'
  return (
    <a
      className="server-note"
      href={linkToServer(other)}
      onClick={(event) => {
        event.currentTarget.href = linkToServer(other)
      }}
    >
      {isInWorker ? 'Rooms are in this browser. Use the server' : 'Run it with no server'}
    </a>
  )
}

function CopyLink({ room }: { readonly room: string }): ReactNode {
  const [copied, setCopied] = useState('')
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setCopied(room)
  }
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      <span className="wide">Room</span> <code>{room}</code>
      <span aria-live="polite">{copied === room ? 'Link copied' : 'Copy link'}</span>
    </button>
  )
}
