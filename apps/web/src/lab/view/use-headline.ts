import { useEffect, useRef, useState } from 'react'
import { headlineAfter } from '../model/headline.ts'
import type { Sentence } from '../model/narrate.ts'

/** The sentence to be read now. Each stays for at least `dwellMs`; what comes too fast is passed over, but for what weighs most. */
export function useHeadline(story: readonly Sentence[], dwellMs: number): Sentence | null {
  const [shown, setShown] = useState<Sentence | null>(null)
  const read = useRef({ at: Number.NEGATIVE_INFINITY, through: 0 })
  const next = headlineAfter(story, read.current.through)
  const newest = story[0]?.order ?? 0
  useEffect(() => {
    if (next === null) return
    const wait = Math.max(0, read.current.at + dwellMs - performance.now())
    const timer = setTimeout(() => {
      read.current = { at: performance.now(), through: newest }
      setShown(next)
    }, wait)
    return () => clearTimeout(timer)
  }, [next, newest, dwellMs])
  return shown
}
