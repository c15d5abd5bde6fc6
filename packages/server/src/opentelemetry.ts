export { traceEvents } from './operations/trace-events.ts'
