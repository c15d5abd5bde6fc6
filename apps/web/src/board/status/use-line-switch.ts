import { useCallback, useEffect, useRef } from 'react'
import { useClient } from '../board-client.ts'

type Line = 'online' | 'offline'

/**
 * Takes this device off the line, or back on. Its tabs share a replica, which stays connected as long as one of them wants it
 * to be: so all of them are told.
 */
export function useLineSwitch(): (to: Line) => void {
  const client = useClient()
  const channel = useRef<BroadcastChannel>(undefined)
  useEffect(() => {
    const opened = new BroadcastChannel(`board line ${location.search} ${location.hash}`)
    channel.current = opened
    opened.onmessage = ({ data }: MessageEvent<Line>) => (data === 'online' ? client.start() : client.stop())
    return () => opened.close()
  }, [client])
  return useCallback(
    (to) => {
      if (to === 'online') client.start()
      else client.stop()
      channel.current?.postMessage(to)
    },
    [client],
  )
}
