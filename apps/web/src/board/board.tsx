import type { ReactNode } from 'react'

/** The expense board. */
export function Board({ room }: { readonly room: string }): ReactNode {
  return <h1>Board {room}</h1>
}
