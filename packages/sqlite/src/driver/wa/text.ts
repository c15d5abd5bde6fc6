interface TextCodecs {
  readonly TextEncoder: new () => {
    encode(text: string): Uint8Array
    encodeInto(text: string, into: Uint8Array): { readonly written: number }
  }
  readonly TextDecoder: new (encoding: string, options: { ignoreBOM: boolean }) => { decode(bytes: Uint8Array): string }
}

const { TextEncoder, TextDecoder } = globalThis as unknown as TextCodecs
const encoder = new TextEncoder()
/** `ignoreBOM` keeps a leading U+FEFF, which is content here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to these lengths a loop over ASCII beats the call into TextDecoder and TextEncoder. */
const ASCII_DECODE_MAX = 12
const ASCII_ENCODE_MAX = 32

export function decodeText(heap: Uint8Array, at: number, bytes: number): string {
  const end = at + bytes
  if (bytes > ASCII_DECODE_MAX) return decoder.decode(heap.subarray(at, end))
  let text = ''
  for (let i = at; i < end; i++) {
    const byte = heap[i] as number
    if (byte >= 0x80) return decoder.decode(heap.subarray(at, end))
    text += String.fromCharCode(byte)
  }
  return text
}

/** The C string at `at`. */
export function decodeCString(heap: Uint8Array, at: number): string {
  return at === 0 ? '' : decodeText(heap, at, heap.indexOf(0, at) - at)
}

/** Writes the text as UTF-8 and returns how many bytes; there must be room for three a code unit. */
export function encodeTextInto(text: string, heap: Uint8Array, at: number): number {
  const length = text.length
  if (length > ASCII_ENCODE_MAX) return encoder.encodeInto(text, heap.subarray(at)).written
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) return encoder.encodeInto(text, heap.subarray(at)).written
    heap[at + i] = unit
  }
  return length
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}
