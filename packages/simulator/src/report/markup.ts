import { plainText } from '../trace/plain-text.ts'

/** A false or undefined attribute is left out, a true one has no value. */
export type Attributes = { readonly [name: string]: string | number | boolean | undefined }

const TEXT_LENGTH_MAX = 4000

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** An element of HTML or SVG. The children are markup: text among them is made by {@link text}. */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let start = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    start += value === true ? ` ${key}` : ` ${key}="${typeof value === 'number' ? round(value) : text(value)}"`
  }
  return `${start}>${children.join('')}</${name}>`
}

/** Text as markup that shows it, whatever is in it. */
export function text(value: string): string {
  return plainText(value, TEXT_LENGTH_MAX).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** JSON that can stand in a script element: nothing in it ends the element or a line. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A hundredth of a pixel is enough, and short. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}
