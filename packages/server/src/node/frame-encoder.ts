/** A poke goes to many sockets in a row: it is turned into bytes for the first, and not again for the others. */
export function frameEncoder(): (frame: string) => Buffer {
  let last = ''
  let bytes = Buffer.alloc(0)
  return (frame) => {
    if (frame !== last) {
      bytes = Buffer.from(frame)
      last = frame
    }
    return bytes
  }
}
