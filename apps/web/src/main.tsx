import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Board } from './board/board.tsx'
import { Lab } from './lab/lab.tsx'
import { usePlace } from './shell/place.ts'
import { Shell } from './shell/shell.tsx'
import './shell/tokens.css'
import './shell/shell.css'

function App(): ReactNode {
  const place = usePlace()
  return <Shell place={place}>{place.view === 'lab' ? <Lab room={place.room} /> : <Board key={place.room} room={place.room} />}</Shell>
}

const root = document.getElementById('app')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

// In development the pages change under it. Without one, as in some private windows, they only need the server to open.
if (import.meta.env.PROD) navigator.serviceWorker?.register('/offline.js').catch(() => {})
