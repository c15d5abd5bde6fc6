/** One server-sent event. */
interface SentEvent {
  readonly event: string
  readonly id: string
  readonly data: string
}

/** The events of an answer, as they come; comments have only the event `comment`. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent, undefined> {
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)) {
    text += part
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text.slice(0, end))?.[1] ?? ''
      yield { event: text.startsWith(':') ? 'comment' : field('event'), id: field('id'), data: field('data') }
      text = text.slice(end + 2)
    }
  }
}
