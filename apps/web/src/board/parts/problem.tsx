import type { ReactNode } from 'react'

/** Why a form could not be done, for all to see and hear; nothing if it could. */
export function Problem({ text }: { readonly text: string | undefined }): ReactNode {
  return (
    <div role="alert" className="problem-place">
      {text !== undefined && <p className="problem">{text}</p>}
    </div>
  )
}
