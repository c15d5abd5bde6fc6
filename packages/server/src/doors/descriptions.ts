/** Parts that descriptions of doors share; they stand in the OpenAPI page once, under `components`. */
export const ERROR = { $ref: '#/components/responses/Error' }

export const EVENTS = {
  description: 'Server-sent events, for as long as both sides want it, with comments as heartbeats every 15 seconds.',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
}

export const SINCE = {
  name: 'since',
  in: 'query',
  description: 'A version of the room.',
  schema: { type: 'integer', minimum: 0 },
}

export const EPOCH = {
  name: 'epoch',
  in: 'query',
  description: 'The incarnation of the room that the version is of. Default: the present one.',
  schema: { type: 'string' },
}

export const SNAPSHOT_NEEDED = {
  description: 'Only a snapshot leads on from there (code `snapshot`): fetch one, and go on from its version.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

const COUNT = { type: 'integer', minimum: 0 }
const TEXT = { type: 'string' }

const SCHEMA_ID = {
  type: 'object',
  required: ['name', 'version', 'hash'],
  properties: { name: TEXT, version: { type: 'integer', minimum: 1 }, hash: TEXT },
}

const MUTATION = {
  type: 'object',
  required: ['mutationID', 'name'],
  properties: {
    mutationID: { type: 'integer', minimum: 1 },
    name: TEXT,
    args: { description: 'The mutator’s argument, as plain JSON.' },
    meta: { type: 'object', description: 'What superjson says of `args` besides, for dates and the like.' },
    createdAt: { ...COUNT, description: 'When it was called, in milliseconds since 1970. Default: when it comes.' },
    seed: { ...TEXT, description: 'What `tx.id()` and `tx.random()` come from. Default: a hash of the clientID and the call.' },
  },
}

const OUTCOME = {
  type: 'object',
  required: ['ok'],
  properties: {
    ok: { type: 'boolean' },
    value: { description: 'What the mutator returned.' },
    meta: { type: 'object', description: 'What superjson says of `value` besides.' },
    reason: { enum: ['rejected', 'constraint', 'unauthorized', 'schema', 'cancelled'] },
    code: TEXT,
    message: TEXT,
    constraint: { type: 'object' },
  },
}

/** The schemas that descriptions refer to. */
export const SCHEMAS = {
  Error: { type: 'object', required: ['code', 'message'], properties: { code: TEXT, message: TEXT } },
  SchemaID: SCHEMA_ID,
  Room: {
    type: 'object',
    required: ['room', 'epoch', 'version', 'schema'],
    properties: { room: TEXT, epoch: TEXT, version: COUNT, schema: { $ref: '#/components/schemas/SchemaID' } },
  },
  Changes: {
    type: 'object',
    required: ['epoch', 'from', 'to', 'digest', 'patch'],
    properties: {
      epoch: TEXT,
      from: COUNT,
      to: COUNT,
      digest: { ...TEXT, pattern: '^[0-9a-f]{16}$' },
      patch: {
        type: 'array',
        description: 'By table: its name, rows that are there now, and keys of rows that are gone.',
        items: { type: 'array' },
      },
    },
  },
  Mutations: {
    type: 'object',
    required: ['clientID', 'mutations'],
    properties: {
      clientID: { ...TEXT, description: 'Whose mutations they are. A new one for each sequence, drawn at random.' },
      schema: { $ref: '#/components/schemas/SchemaID' },
      confirmed: {
        ...COUNT,
        description: 'Outcomes up to this mutationID are known, and may be forgotten. Default: all before the first of these.',
      },
      mutations: { type: 'array', minItems: 1, maxItems: 1000, items: MUTATION },
    },
  },
  Outcomes: {
    type: 'object',
    required: ['epoch', 'version', 'outcomes'],
    properties: {
      epoch: TEXT,
      version: COUNT,
      outcomes: {
        type: 'array',
        items: { type: 'object', required: ['mutationID', 'outcome'], properties: { mutationID: COUNT, outcome: OUTCOME } },
      },
    },
  },
}
