import { ERROR_CODES, PROTOCOL_VERSION } from '@savepoint/core'
import { SCHEMAS } from './descriptions.ts'
import type { Door } from './door.ts'

/** How a room is named in a path. */
const ROOM = {
  name: 'room',
  in: 'path',
  required: true,
  description: 'The room’s name.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_\\-.~:]{1,128}$' },
}

/** The doors as an OpenAPI 3.1 document, made of what stands beside each. */
export function openApi(doors: readonly Door[]): object {
  const paths: { [path: string]: { [method: string]: object } } = {}
  for (const { method, path, operation } of doors) {
    const { parameters = [], ...rest } = operation
    const at = `/rooms/{room}${path}`
    paths[at] = { ...paths[at], [method]: { ...rest, parameters: [ROOM, ...parameters] } }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Savepoint',
      version: String(PROTOCOL_VERSION),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'The doors of a Savepoint server. Clients keep their replicas in step over `GET /rooms/{room}/socket`, a WebSocket, which OpenAPI cannot describe; docs/PROTOCOL.md does.',
    },
    security: [{}, { token: [] }],
    paths: { ...paths, '/healthz': { get: HEALTH }, '/readyz': { get: READINESS } },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'What the app’s `authorize` looks at.' } },
      schemas: SCHEMAS,
      responses: {
        Error: {
          description: `Refused, with a \`code\` and a \`message\`. The codes: ${Object.keys(ERROR_CODES).sort().join(', ')}; \`not-found\` and \`not-allowed\` if there is no such door.`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  }
}

const HEALTH = {
  operationId: 'getHealth',
  summary: 'Whether the server answers',
  security: [],
  responses: { 200: { description: 'It does.', content: { 'application/json': { schema: { type: 'object' } } } } },
}

const READINESS = {
  operationId: 'getReadiness',
  summary: 'Whether new clients should be sent here',
  security: [],
  responses: {
    200: { description: 'They should.', content: { 'application/json': { schema: { type: 'object' } } } },
    503: {
      description: 'It is shutting down, or its disk takes nothing.',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
  },
}
