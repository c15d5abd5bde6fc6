/** Where all clients of a hub meet. */
export const ROOM = 'bench'
