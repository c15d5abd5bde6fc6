export { Mailbox } from './workloads/mailbox.ts'
export { offerClients } from './workloads/offer-clients.ts'
export type { CountersClient, Door } from './workloads/system.ts'
