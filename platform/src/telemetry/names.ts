/**
 * Every name under which this system is observed: the attributes of spans, the spans, and the metrics.
 *
 * They follow OpenTelemetry's semantic conventions (https://opentelemetry.io/docs/specs/semconv/); what those do not know
 * begins with `contract_reviewer`. A test compares this list with what the processes emit and with docs/observability.md.
 */
export const attributes = {
  serviceName: 'service.name',
  processPid: 'process.pid',
  errorType: 'error.type',
  httpRequestMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatusCode: 'http.response.status_code',
  urlScheme: 'url.scheme',
  requestId: 'contract_reviewer.request_id',
  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  rpcStatusCode: 'rpc.response.status_code',
  dbSystem: 'db.system.name',
  dbNamespace: 'db.namespace',
  dbOperation: 'db.operation.name',
  dbCollection: 'db.collection.name',
  dbQuerySummary: 'db.query.summary',
  messagingSystem: 'messaging.system',
  messagingDestination: 'messaging.destination.name',
  messagingOperationName: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
} as const;
type Attribute = keyof typeof attributes;

/** A kind of span. */
interface SpanDefinition {
  /** With the attributes in braces that its name is made of. */
  name: string;
  kind: 'server' | 'client' | 'internal' | 'producer' | 'consumer';
  attributes: readonly Attribute[];
  /** What it measures. */
  about: string;
}

const rpc = ['rpcSystem', 'rpcMethod', 'rpcStatusCode', 'errorType'] as const;
const statement = ['dbSystem', 'dbOperation', 'dbCollection', 'dbQuerySummary', 'errorType'] as const;
const message = [
  'messagingSystem',
  'messagingDestination',
  'messagingOperationName',
  'messagingOperationType',
  'errorType',
] as const;

export const spans = {
  httpRequest: {
    name: '{http.request.method} {http.route}',
    kind: 'server',
    attributes: ['httpRequestMethod', 'httpRoute', 'httpStatusCode', 'urlScheme', 'requestId', 'errorType'],
    about: 'a request to the gateway, until the last byte of its answer',
  },
  rpcCall: { name: '{rpc.method}', kind: 'client', attributes: rpc, about: 'a call, as its caller sees it' },
  rpcServing: { name: '{rpc.method}', kind: 'server', attributes: rpc, about: 'a call, as its service sees it' },
  transaction: {
    name: 'transaction',
    kind: 'internal',
    attributes: ['dbSystem', 'dbNamespace', 'errorType'],
    about: 'a transaction, and the delivery of what it made stale',
  },
  statement: { name: '{db.query.summary}', kind: 'client', attributes: statement, about: 'a statement of SQL' },
  command: {
    name: '{db.operation.name}',
    kind: 'client',
    attributes: ['dbSystem', 'dbOperation', 'errorType'],
    about: 'a command to Redis',
  },
  jobSending: {
    name: 'send {messaging.destination.name}',
    kind: 'producer',
    attributes: message,
    about: 'a job that is put into its queue',
  },
  job: {
    name: 'process {messaging.destination.name}',
    kind: 'consumer',
    attributes: message,
    about: 'an attempt at a job; child of the span that queued it, and linked to it',
  },
  delivery: {
    name: 'deliver {messaging.destination.name}',
    kind: 'consumer',
    attributes: message,
    about: 'messages of the outbox on their way; linked to the spans that wrote them',
  },
} as const satisfies Record<string, SpanDefinition>;
