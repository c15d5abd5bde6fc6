import { Window } from 'happy-dom'

/** What React needs of a browser; `fetch` and all else that the client and the server use stay Node's. */
const window = new Window({ url: 'http://localhost/' })
for (const name of ['document', 'navigator', 'HTMLElement', 'HTMLIFrameElement', 'Node', 'Event', 'MutationObserver'] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true })
}
Object.defineProperty(globalThis, 'window', { value: window, configurable: true, writable: true })
