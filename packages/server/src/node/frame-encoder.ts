/**
 * A poke goes to many sockets in a row, with those between whose own outcomes it bears: what goes to many is turned into bytes for
 * the first, and not again for the others.
 */
export function frameEncoder(): (frame: string) => Buffer {
  let last = encoded('')
  let before = last
  return (frame) => {
    if (frame !== last.frame) {
      const known = frame === before.frame ? before : encoded(frame)
      before = last
      last = known
    }
    return last.bytes
  }
}

function encoded(frame: string): { readonly frame: string; readonly bytes: Buffer } {
  return { frame, bytes: Buffer.from(frame) }
}
