import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from 'react'
import { type Move, placeAt } from './arrange.ts'

/** What is dragged, where its ghost is on the screen, and where it would fall. */
interface Drag {
  readonly item: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly over: Move | undefined
}

interface Grab {
  readonly pointer: number
  readonly item: string
  readonly dx: number
  readonly dy: number
  readonly width: number
}

/** How near to the edge of the window a drag scrolls it, and how far at each event, in pixels. */
const EDGE_PX = 56
const SCROLL_PX = 10

/**
 * Dragging by pointer: mouse, pen and finger alike. Items carry `data-item`, lists `data-list`. What is dragged stays where it
 * is on the page until it falls; a finger would let go of an element that moves.
 */
export function useDrag(onDrop: (move: Move) => void): {
  readonly drag: Drag | undefined
  grab(event: ReactPointerEvent, item: string): void
} {
  const [drag, setDrag] = useState<Drag>()
  const [grabbed, setGrabbed] = useState<Grab>()
  const drop = useRef(onDrop)
  useEffect(() => {
    drop.current = onDrop
  })
  useEffect(() => {
    if (grabbed === undefined) return
    let over: Move | undefined
    const end = () => {
      setGrabbed(undefined)
      setDrag(undefined)
    }
    const moved = (event: PointerEvent) => {
      if (event.pointerId !== grabbed.pointer) return
      const { clientX, clientY } = event
      if (clientY < EDGE_PX) scrollBy(0, -SCROLL_PX)
      if (clientY > innerHeight - EDGE_PX) scrollBy(0, SCROLL_PX)
      over = findPlace(grabbed.item, clientX, clientY) ?? over
      setDrag({ item: grabbed.item, x: clientX - grabbed.dx, y: clientY - grabbed.dy, width: grabbed.width, over })
    }
    const released = (event: PointerEvent) => {
      if (event.pointerId !== grabbed.pointer) return
      end()
      if (over !== undefined) drop.current(over)
    }
    const keyPressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape') end()
    }
    addEventListener('pointermove', moved)
    addEventListener('pointerup', released)
    addEventListener('pointercancel', end)
    addEventListener('keydown', keyPressed)
    return () => {
      removeEventListener('pointermove', moved)
      removeEventListener('pointerup', released)
      removeEventListener('pointercancel', end)
      removeEventListener('keydown', keyPressed)
    }
  }, [grabbed])
  return {
    drag,
    grab(event, item) {
      if (event.button !== 0) return
      const box = event.currentTarget.closest('[data-item]')?.getBoundingClientRect()
      if (box === undefined) return
      setGrabbed({ pointer: event.pointerId, item, dx: event.clientX - box.left, dy: event.clientY - box.top, width: box.width })
    },
  }
}

function findPlace(item: string, x: number, y: number): Move | undefined {
  for (const column of document.querySelectorAll<HTMLElement>('[data-list]')) {
    const box = column.getBoundingClientRect()
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue
    const others = [...column.querySelectorAll<HTMLElement>('[data-item]')].filter((one) => one.dataset.item !== item)
    const middles = others.map((one) => one.getBoundingClientRect()).map(({ top, height }) => top + height / 2)
    return { item, list: column.dataset.list ?? '', to: placeAt(y, middles) }
  }
  return undefined
}
