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

/** A metric as Prometheus sees it: the conventions' name with underscores, its unit, and `_total` if it only grows. */
export interface MetricDefinition {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  labels: readonly string[];
  /** What it measures. */
  about: string;
}

export const metrics = {
  httpRequests: {
    name: 'http_server_request_duration_seconds',
    type: 'histogram',
    labels: ['http_request_method', 'http_route', 'http_response_status_code'],
    about: 'requests to the gateway, until the last byte of the answer; 499 if the client left first',
  },
  rpcServed: {
    name: 'rpc_server_call_duration_seconds',
    type: 'histogram',
    labels: ['rpc_method', 'rpc_response_status_code'],
    about: 'calls as their service sees them, those in batches included; a stream lasts as long as its client wants',
  },
  rpcRefused: {
    name: 'contract_reviewer_refusals_total',
    type: 'counter',
    labels: ['rpc_response_status_code', 'reason'],
    about: 'calls that ended with an error, by its reason: TOO_MANY_ATTEMPTS are guesses that were throttled',
  },
  admitted: {
    name: 'contract_reviewer_admission_admitted_total',
    type: 'counter',
    labels: ['class'],
    about: 'requests and calls that were let in, `light`, `large` and `heavy`',
  },
  shed: {
    name: 'contract_reviewer_admission_shed_total',
    type: 'counter',
    labels: ['class'],
    about: "those that were refused because there was too much to do; of the gateway's, nothing else counts them",
  },
  admissionLimit: {
    name: 'contract_reviewer_admission_limit',
    type: 'gauge',
    labels: ['class'],
    about: 'how many are let in at once, as found out from how long they take',
  },
  admissionWork: {
    name: 'contract_reviewer_admission_work',
    type: 'gauge',
    labels: ['class', 'state'],
    about: 'those that are `inside`, and that wait for a place, `waiting`',
  },
  rateLimited: {
    name: 'contract_reviewer_rate_limited_total',
    type: 'counter',
    labels: ['subject'],
    about: 'requests and calls that were refused because their `user` or their `address` had asked for too much',
  },
  cacheReads: {
    name: 'contract_reviewer_cache_reads_total',
    type: 'counter',
    labels: ['family', 'outcome'],
    about: 'reads of a key family that Redis served (`hit`), or that took PostgreSQL (`miss`)',
  },
  cacheFills: {
    name: 'contract_reviewer_cache_fills_total',
    type: 'counter',
    labels: ['family', 'outcome'],
    about: 'values on their way into Redis: `stored`, or `refused` because a write or an eviction had taken the lease',
  },
  cacheHeals: {
    name: 'contract_reviewer_cache_heals_total',
    type: 'counter',
    labels: ['family'],
    about: 'values in Redis that could not be read, and were replaced',
  },
  cacheErrors: {
    name: 'contract_reviewer_cache_errors_total',
    type: 'counter',
    labels: ['family'],
    about: 'commands that Redis did not carry out, or not in time',
  },
  cacheOperations: {
    name: 'contract_reviewer_cache_operations_total',
    type: 'counter',
    labels: ['family', 'operation'],
    about: 'commands to Redis (`get`, `lease`, `fill`), and reads of PostgreSQL in their place (`load`)',
  },
  cacheOperationTime: {
    name: 'contract_reviewer_cache_operation_seconds_total',
    type: 'counter',
    labels: ['family', 'operation'],
    about: 'the time that they took together',
  },
  cacheTrusted: {
    name: 'contract_reviewer_cache_trusted',
    type: 'gauge',
    labels: [],
    about: '1 while reads may believe Redis; also 0 while nobody has asked for a second',
  },
  redisConnected: {
    name: 'contract_reviewer_redis_connected',
    type: 'gauge',
    labels: [],
    about: '1 while Redis answers; absent without Redis',
  },
  consistencyChecked: {
    name: 'contract_reviewer_consistency_checked_total',
    type: 'counter',
    labels: [],
    about: 'cached entries that the sampler compared with PostgreSQL',
  },
  consistencyWrong: {
    name: 'contract_reviewer_consistency_inconsistent_total',
    type: 'counter',
    labels: [],
    about: 'those among them that were wrong',
  },
  outboxWaiting: {
    name: 'contract_reviewer_outbox_messages',
    type: 'gauge',
    labels: ['topic', 'state'],
    about: 'messages that wait to be delivered: `waiting`, and those among them of which a delivery failed, `refused`',
  },
  outboxLag: {
    name: 'contract_reviewer_outbox_lag_seconds',
    type: 'gauge',
    labels: ['topic'],
    about: 'how long the oldest of them has waited',
  },
  invalidationsWaiting: {
    name: 'contract_reviewer_invalidations',
    type: 'gauge',
    labels: ['state'],
    about:
      'invalidations not known to be delivered: `waiting`, and those whose writer could not reach Redis, `undelivered`',
  },
  invalidationLag: {
    name: 'contract_reviewer_invalidation_lag_seconds',
    type: 'gauge',
    labels: [],
    about: 'how long the oldest of them has waited',
  },
  jobs: {
    name: 'contract_reviewer_jobs',
    type: 'gauge',
    labels: ['queue', 'state'],
    about: 'jobs `waiting` for a worker, and `running`, of all replicas',
  },
  jobLag: {
    name: 'contract_reviewer_job_lag_seconds',
    type: 'gauge',
    labels: ['queue'],
    about: 'how long the oldest job that is due has waited',
  },
  jobAttempts: {
    name: 'contract_reviewer_job_duration_seconds',
    type: 'histogram',
    labels: ['queue', 'outcome'],
    about: 'attempts at jobs, `done` or `failed`',
  },
  workersBusy: {
    name: 'contract_reviewer_workers_busy',
    type: 'gauge',
    labels: ['pool'],
    about: 'threads or processes of a pool that work',
  },
  workersMax: {
    name: 'contract_reviewer_workers_max',
    type: 'gauge',
    labels: ['pool'],
    about: 'how many there are at most',
  },
  workersWaiting: {
    name: 'contract_reviewer_workers_waiting',
    type: 'gauge',
    labels: ['pool'],
    about: 'work that waits for one of them',
  },
  poolConnections: {
    name: 'db_client_connection_count',
    type: 'gauge',
    labels: ['db_client_connection_state'],
    about: 'connections to PostgreSQL, `used` and `idle`',
  },
  poolMax: {
    name: 'db_client_connection_max',
    type: 'gauge',
    labels: [],
    about: 'how many there are at most',
  },
  poolWaiting: {
    name: 'db_client_connection_pending_requests',
    type: 'gauge',
    labels: [],
    about: 'statements and transactions that wait for one',
  },
} as const satisfies Record<string, MetricDefinition>;
