import type { ReactNode } from 'react'

/** Real clients side by side, with lines of the visitor's choosing, and the server in the middle. */
export function Lab({ room }: { readonly room: string }): ReactNode {
  return <h1>Lab {room}</h1>
}
