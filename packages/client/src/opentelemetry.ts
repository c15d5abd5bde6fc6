export { traceCalls } from './trace-calls.ts'
