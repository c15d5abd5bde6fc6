import { type ReactNode, useId } from 'react'

interface FieldProps {
  readonly label: string
  /** For screen readers only, where the form has no room for it. */
  readonly isLabelHidden?: boolean
  readonly hint?: string | undefined
  /** Draws the control; `hint` is the ID of what describes it. */
  readonly children: (ids: { readonly id: string; readonly hint: string | undefined }) => ReactNode
}

/** A control of a form with its label above and what there is to say about it below. */
export function Field({ label, isLabelHidden = false, hint, children }: FieldProps): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      {children({ id, hint: hint === undefined ? undefined : `${id}-hint` })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
