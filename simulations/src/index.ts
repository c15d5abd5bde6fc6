export { type ThreeClientsOptions, type ThreeClientsResult, threeClients } from './three-clients.ts'
export { type Happening, printTo } from './timeline.ts'
