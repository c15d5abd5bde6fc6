/** A room that follows this one: `otter`, `otter-2`, `otter-3` … */
export function freshRoom(room: string): string {
  const [, name = room, number = '1'] = /^(.*?)(?:-(\d{1,6}))?$/.exec(room) ?? []
  return `${name}-${Number(number) + 1}`
}
