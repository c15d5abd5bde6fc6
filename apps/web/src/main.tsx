import { lazy, type ReactNode, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { usePlace } from './shell/place.ts'
import { SERVICE_WORKER } from './shell/server.ts'
import { Shell } from './shell/shell.tsx'
import './shell/tokens.css'
import './shell/shell.css'

// Each is loaded when it is first looked at: the board has no use for the lab's engines in the page.
const Lab = lazy(async () => ({ default: (await import('./lab/lab.tsx')).Lab }))
const Board = lazy(async () => ({ default: (await import('./board/board.tsx')).Board }))

function App(): ReactNode {
  const place = usePlace()
  return (
    <Shell place={place}>
      <Suspense>{place.view === 'lab' ? <Lab room={place.room} /> : <Board key={place.room} room={place.room} />}</Suspense>
    </Shell>
  )
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
if (import.meta.env.PROD) navigator.serviceWorker?.register(SERVICE_WORKER).catch(() => {})
