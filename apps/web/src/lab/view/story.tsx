import type { ReactNode } from 'react'
import type { LabState } from '../model/lab-state.ts'
import type { Sentence } from '../model/narrate.ts'

const FIRST_WORDS: Sentence = {
  at: 0,
  who: 0,
  term: null,
  text: 'Play the three clients, or press +1 on any of them, and read here what happens.',
}

/** What just happened, in a sentence, and what happened before. */
export function Story({ state }: { readonly state: LabState }): ReactNode {
  const [latest = FIRST_WORDS, ...earlier] = state.story
  return (
    <section className="story" aria-label="What just happened">
      <p className="latest" aria-live="polite" data-who={latest.who}>
        <span className="when">
          <span className="dot" data-who={latest.who} />
          {state.story.length === 0 ? 'To begin' : seconds(latest.at)}
          {latest.term === null ? null : <span className={`term ${latest.term}`}>{latest.term}</span>}
        </span>
        {latest.text}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: It scrolls. */}
      <ol className="earlier" aria-label="Before that" tabIndex={0}>
        {earlier.map((sentence, i) => (
          <li key={state.story.length - i}>
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
