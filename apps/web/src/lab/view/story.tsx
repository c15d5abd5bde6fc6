import type { ReactNode } from 'react'
import type { LabState } from '../model/lab-state.ts'
import type { Sentence } from '../model/narrate.ts'
import { useHeadline } from './use-headline.ts'

const FIRST_WORDS: Sentence = {
  order: 0,
  weight: 0,
  at: 0,
  who: 0,
  term: null,
  text: 'Play the three clients, or press +1 on any of them, and read here what happens.',
}

/** What just happened, in a sentence, and all that happened before. */
export function Story({ state, isPaused }: { readonly state: LabState; readonly isPaused: boolean }): ReactNode {
  const latest = useHeadline(state.story, isPaused) ?? FIRST_WORDS
  return (
    <section className="story" aria-label="What happens">
      <p className="latest" aria-live="polite" data-who={latest.who}>
        <span className="when">
          <span className="dot" data-who={latest.who} />
          {latest === FIRST_WORDS ? 'To begin' : seconds(latest.at)}
          {latest.term === null ? null : <span className={`term ${latest.term}`}>{latest.term}</span>}
        </span>
        {latest.text}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: It scrolls. */}
      <ol className="log" aria-label="All that happened, the latest first" tabIndex={0}>
        {state.story.map((sentence) => (
          <li key={sentence.order} data-weight={sentence.weight}>
            <span className="when">
              <span className="dot" data-who={sentence.who} />
              {seconds(sentence.at)}
            </span>
            <span>{sentence.text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
