/** Milliseconds between two looks at the server. */
const LOOK_AGAIN_MS = 2000

/**
 * The page's script: it fetches the page again and again, with the token if one was given, and puts its parts in place of those that
 * differ. A part in which something is selected stays as it is; focus stays where it was.
 */
export const ADMIN_SCRIPT = `'use strict'
const KEY = 'savepoint-admin-token'
let isPaused = false
let timer

async function look() {
  clearTimeout(timer)
  const token = sessionStorage.getItem(KEY)
  try {
    const response = await fetch(location.href, { cache: 'no-store', headers: token === null ? {} : { authorization: 'Bearer ' + token } })
    show(new DOMParser().parseFromString(await response.text(), 'text/html'))
    if (response.status === 401 && token !== null) {
      sessionStorage.removeItem(KEY)
      byID('refused').textContent = 'The server does not take this token for an admin’s.'
    }
    trouble(null)
  } catch {
    trouble('The server does not answer. This is how things stood when it last did.')
  }
  document.documentElement.classList.remove('asking')
  if (!isPaused && !document.hidden && byID('sign-in') === null) timer = setTimeout(look, ${LOOK_AGAIN_MS})
}

function show(next) {
  const isOther = (byID('sign-in') === null) !== (next.getElementById('sign-in') === null)
  document.title = next.title
  if (isOther) {
    document.body.replaceWith(next.body)
    start()
    return
  }
  const selection = getSelection()
  for (const part of next.querySelectorAll('[data-part]')) {
    const old = byID(part.id)
    if (old === null || old.innerHTML === part.innerHTML) continue
    if (!selection.isCollapsed && selection.containsNode(old, true)) continue
    const focused = old.contains(document.activeElement) ? document.activeElement.id : ''
    old.replaceWith(part)
    if (focused !== '') byID(focused)?.focus()
  }
}

function start() {
  byID('sign-in')?.addEventListener('submit', (event) => {
    event.preventDefault()
    sessionStorage.setItem(KEY, byID('token').value)
    look()
  })
  const pause = byID('pause')
  if (pause === null) return
  pause.hidden = false
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.setAttribute('aria-pressed', String(isPaused))
    if (!isPaused) look()
    else clearTimeout(timer)
  })
  byID('search')?.addEventListener('submit', (event) => {
    event.preventDefault()
    history.replaceState(null, '', '?find=' + encodeURIComponent(byID('find').value))
    look()
  })
}

function trouble(text) {
  const place = byID('trouble')
  if (place === null) return
  place.hidden = text === null
  if (place.textContent !== (text ?? '')) place.textContent = text ?? ''
}

function byID(id) {
  return document.getElementById(id)
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !isPaused) look()
})
if (sessionStorage.getItem(KEY) !== null) document.documentElement.classList.add('asking')
start()
if (byID('sign-in') === null || sessionStorage.getItem(KEY) !== null) look()
`
