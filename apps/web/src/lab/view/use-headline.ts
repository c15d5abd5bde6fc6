import { useEffect, useRef, useState } from 'react'
import { headlineAfter } from '../model/headline.ts'
import type { Sentence } from '../model/narrate.ts'

/** A sentence stays for this long, and for this long for each of its letters: that is what reading takes. */
const DWELL_MS = 900
const DWELL_LETTER_MS = 18

/** The sentence to be read now. While time runs, what comes faster than it can be read is passed over, but for what weighs most. */
export function useHeadline(story: readonly Sentence[], isPaused: boolean): Sentence | null {
  const [shown, setShown] = useState<Sentence | null>(null)
  const read = useRef({ until: Number.NEGATIVE_INFINITY, through: 0 })
  const next = headlineAfter(story, read.current.through)
  const newest = story[0]?.order ?? 0
  useEffect(() => {
    if (next === null) return
    const wait = isPaused ? 0 : Math.max(0, read.current.until - performance.now())
    const timer = setTimeout(() => {
      read.current = { until: performance.now() + DWELL_MS + DWELL_LETTER_MS * next.text.length, through: newest }
      setShown(next)
    }, wait)
    return () => clearTimeout(timer)
  }, [next, newest, isPaused])
  return shown
}
