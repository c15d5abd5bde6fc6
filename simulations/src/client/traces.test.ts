import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { traceCalls } from '@savepoint/client/opentelemetry'
import { traceEvents } from '@savepoint/server/opentelemetry'
import { expect, onTestFinished, test } from 'vitest'
import { until, World } from './world.contract.ts'

/** A tracer whose spans can be looked at as they end. */
function collect() {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return { tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() }
}

async function openTraced() {
  const [client, server] = [collect(), collect()]
  const world = await World.open({ onEvent: traceEvents(server.tracer) })
  onTestFinished(() => world.close())
  return { client, server, world, tracing: traceCalls(client.tracer) }
}

function named(spans: readonly ReadableSpan[], name: string): readonly ReadableSpan[] {
  return spans.filter((span) => span.name === `savepoint.${name}`)
}

test('a mutation’s whole way is one trace: call, push, commit, poke, rebase', async () => {
  const { client, server, world, tracing } = await openTraced()
  const [ann, ben] = [await world.client({ tracing }), await world.client()]
  await world.converged(ann, ben)
  // What ben has done meanwhile has ann rebase.
  await ben.mutate.add({ name: 'secret-tea' }).confirmed
  const call = ann.mutate.add({ name: 'secret-tea' })
  await call.confirmed
  await until(() => named(server.spans(), 'poke').length === 1 && named(client.spans(), 'mutation').length === 1)

  const [mutation] = named(client.spans(), 'mutation') as [ReadableSpan]
  const [push, rebase] = [named(client.spans(), 'push')[0], named(client.spans(), 'rebase')[0]]
  const [commit, poke] = [named(server.spans(), 'commit')[0], named(server.spans(), 'poke')[0]]
  const { traceId, spanId } = mutation.spanContext()
  for (const span of [push, rebase, commit, poke]) expect(span?.spanContext().traceId).toBe(traceId)
  for (const span of [push, rebase, commit]) expect(span?.parentSpanContext?.spanId).toBe(spanId)
  expect(commit?.parentSpanContext?.isRemote).toBe(true)
  expect(poke?.parentSpanContext?.spanId).toBe(commit?.spanContext().spanId)
  expect(mutation.attributes).toEqual({
    'savepoint.mutator': 'add',
    'savepoint.mutation': call.id,
    'savepoint.outcome': 'confirmed',
    'savepoint.diverged': expect.any(Boolean),
  })
  expect(commit?.attributes).toMatchObject({
    'savepoint.room': 'room',
    'savepoint.client': ann.clientID,
    'savepoint.mutator': 'add',
    'savepoint.mutation_id': 1,
    'savepoint.version': 2,
    'savepoint.outcome': 'confirmed',
  })
  expect(poke?.attributes).toEqual({ 'savepoint.lines': 2 })
  expect(rebase?.attributes).toMatchObject({ 'savepoint.version': 2 })
  const all = JSON.stringify(
    [...client.spans(), ...server.spans()].map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  )
  expect(all).not.toContain('secret')
})

test('what was rejected, failed at once or was taken back ends as an error, and leaves nothing open', async () => {
  const { client, server, world, tracing } = await openTraced()
  const ann = await world.client({ tracing })
  await world.converged(ann)
  await ann.mutate.rejectedByServer({ name: 'tea' }).confirmed
  await ann.mutate.sql({ sql: 'DROP TABLE items' }).confirmed
  ann.stop()
  const taken = ann.mutate.add({ name: 'tea' })
  expect(taken.cancel()).toBe(true)
  await taken.confirmed
  await until(() => named(client.spans(), 'mutation').length === 3)
  expect(named(client.spans(), 'mutation').map(({ attributes, status }) => [attributes['savepoint.outcome'], status])).toEqual([
    ['rejected', { code: 2, message: 'not-here' }],
    ['schema', { code: 2, message: expect.any(String) }],
    ['cancelled', { code: 2, message: 'cancelled' }],
  ])
  expect(named(server.spans(), 'commit').map(({ status }) => status.message)).toEqual(['not-here'])
  expect(named(client.spans(), 'push')).toHaveLength(1)
})

test('a client that is not traced leaves no span on the server', async () => {
  const { server, world } = await openTraced()
  const ann = await world.client()
  await ann.mutate.add({ name: 'tea' }).confirmed
  expect(server.spans()).toEqual([])
})
