/** The answer to who asks for changes since a version that only a snapshot leads on from. */
export function onlySnapshotLeads(): Response {
  return Response.json({ code: 'snapshot', message: MESSAGE }, { status: 410, headers: { 'cache-control': 'no-store' } })
}

const MESSAGE = 'The changes since then are not kept, or a snapshot is shorter. Fetch a snapshot and go on from its version.'
