import type { CSSProperties, ReactNode } from 'react'
import { type Message, textOf } from '../model/message.ts'
import { placeMessages } from '../model/place-messages.ts'
import type { LabClock } from '../time/lab-clock.ts'
import { useLabTime } from './use-lab-time.ts'

/** A message's height and a little air, as a part of the way. */
const GAP = 0.29

interface Props {
  readonly messages: readonly Message[]
  readonly clock: LabClock
  /** Why nothing goes over it; undefined if it does. */
  readonly cut: 'offline' | 'killed' | undefined
  /** True if messages take no time. */
  readonly isInstant: boolean
}

/** The line between the server, above, and a client, below. */
export function Lane({ messages, clock, cut, isInstant }: Props): ReactNode {
  const now = useLabTime(clock, messages.length > 0)
  return (
    <div className={`lane ${cut ? 'cut' : ''}`} aria-hidden="true">
      <Way way="up" messages={messages} now={now} />
      <Way way="down" messages={messages} now={now} />
      {cut || isInstant ? <span className="note">{cut ?? 'arrives at once'}</span> : null}
    </div>
  )
}

function Way({
  way,
  messages,
  now,
}: {
  readonly way: Message['way']
  readonly messages: readonly Message[]
  readonly now: number
}): ReactNode {
  const placed = placeMessages(
    messages.filter((message) => message.way === way),
    now,
    GAP,
  )
  return (
    <div className={`way ${way} ${placed.more > 0 ? 'crowded' : ''}`}>
      {placed.messages.map(({ message, progress }) => (
        <span
          key={message.id}
          className={`message ${kindOf(message)}`}
          title={textOf(message.content)}
          style={{ '--at': way === 'up' ? 1 - progress : progress } as CSSProperties}
        >
          <span className="arrow">{way === 'up' ? '↑' : '↓'}</span>
          <span className="text">{textOf(message.content)}</span>
        </span>
      ))}
      {placed.more > 0 ? <span className="more">+{placed.more}</span> : null}
    </div>
  )
}

function kindOf({ content }: Message): string {
  if (content.kind === 'poke' && content.outcomes.some(({ ok }) => !ok)) return 'refusal'
  return content.kind
}
