import { type ReactNode, useState } from 'react'
import { linkTo } from '../shell/place.ts'
import { freshRoom } from './model/fresh-room.ts'
import { LabRoom } from './view/lab-room.tsx'
import './lab.css'

interface Start {
  readonly room: string
  readonly how: 'play' | 'step'
}

/** Real clients side by side, with lines of the visitor's choosing, and the server in the middle. */
export function Lab({ room }: { readonly room: string }): ReactNode {
  const [start, setStart] = useState<Start | null>(null)
  const startAfresh = (how: Start['how']) => {
    const fresh = freshRoom(room)
    setStart({ room: fresh, how })
    location.hash = linkTo({ view: 'lab', room: fresh })
  }
  return <LabRoom key={room} room={room} start={start?.room === room ? start.how : null} startAfresh={startAfresh} />
}
