/** A line that a reader of the page sees as prose. Lines of code blocks are blank, so that numbers still fit. */
export function proseLines(text: string): string[] {
  let fence: string | undefined
  return text.split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence === undefined && mark === undefined) return line
    if (fence === undefined) fence = mark
    else if (mark?.startsWith(fence)) fence = undefined
    return ''
  })
}

export interface Heading {
  readonly level: number
  readonly title: string
  /** 1-based. */
  readonly line: number
  /** As GitHub makes them; a repeated title is numbered. */
  readonly anchor: string
}

export function headings(text: string): Heading[] {
  const seen = new Map<string, number>()
  return proseLines(text).flatMap((line, index) => {
    const [, marks, title] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? []
    if (!marks || !title) return []
    const slug = slugOf(title)
    const repeated = seen.get(slug) ?? 0
    seen.set(slug, repeated + 1)
    return [{ level: marks.length, title, line: index + 1, anchor: repeated === 0 ? slug : `${slug}-${repeated}` }]
  })
}

function slugOf(title: string): string {
  const visible = title.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]*>/g, '')
  return visible
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')
}
