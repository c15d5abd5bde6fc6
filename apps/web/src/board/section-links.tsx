import type { ReactNode } from 'react'

const SECTIONS = { accounts: 'Accounts', expenses: 'Expenses', spending: 'Spending', lists: 'Lists' }

/** On a narrow screen the sections are below each other, and far apart. */
export function SectionLinks(): ReactNode {
  return (
    <nav className="section-links" aria-label="Sections of the board">
      {Object.entries(SECTIONS).map(([id, title]) => (
        <button key={id} type="button" onClick={() => goTo(id)}>
          {title}
        </button>
      ))}
    </nav>
  )
}

/** No link: the address says which room this is. */
function goTo(id: string): void {
  const heading = document.getElementById(id)
  heading?.scrollIntoView()
  heading?.focus({ preventScroll: true })
}
