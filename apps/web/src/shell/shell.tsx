import { type ReactNode, useState } from 'react'
import { linkTo, type Place } from './place.ts'

/** The frame around both views: where one is, and a link to share it. */
export function Shell({ place, children }: { readonly place: Place; readonly children: ReactNode }): ReactNode {
  const { view, room } = place
  return (
    <>
      <header className="top">
        <a className="brand" href={linkTo({ view: 'lab', room })}>
          <img src="/mark.svg" alt="" width="24" height="24" />
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
