import type { Admission } from '@contract-reviewer/platform/admission/admission';
import type { Logger } from '@contract-reviewer/platform/log';
import { admissionMetrics } from '@contract-reviewer/platform/telemetry/admission-metrics';
import { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import multipart from '@fastify/multipart';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import type { Drain } from './drain.ts';
import { admitRequests } from './http/admitted-requests.ts';
import { requireBearer } from './http/bearer.ts';
import { tagReads } from './http/etag.ts';
import { parseJsonBodies } from './http/json-body.ts';
import { answerMalformedRequest } from './http/malformed-request.ts';
import { sendProblem } from './http/problem.ts';
import { statusErrorOf } from './http/request-errors.ts';
import { limitRequests } from './http/request-limits.ts';
import { logRequests, NoRequestLines } from './http/request-log.ts';
import { measureRequests } from './http/request-metrics.ts';
import { newRequestId, scopeRequests } from './http/request-scope.ts';
import { traceRequests } from './http/request-spans.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { buildSharedSerializer } from './http/shared-serializers.ts';
import { refuseUnknownRoutes } from './http/unknown-routes.ts';
import { refuseExpectations } from './http/unmet-expectation.ts';
import { boundUnreadAnswers } from './http/unread-answers.ts';
import { compileValidator } from './http/validation.ts';
import { describeRoutes } from './openapi.ts';
import { Readiness } from './readiness.ts';
import { analysisRoutes } from './routes/analyses.ts';
import { analysisEventRoutes } from './routes/analysis-events.ts';
import { auditRoutes } from './routes/audit.ts';
import { cacheRoutes } from './routes/cache.ts';
import { documentRoutes } from './routes/documents.ts';
import { grantRoutes } from './routes/grants.ts';
import { loginRoutes } from './routes/login.ts';
import { migrationRoutes } from './routes/migration.ts';
import { metricsRoute, operationRoutes } from './routes/operations.ts';
import { reportRoutes } from './routes/reports.ts';
import { credentialRoutes, serviceAccountRoutes } from './routes/service-accounts.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { userRoutes } from './routes/users.ts';
import { problems } from './schemas/problem.ts';
import { exactly } from './schemas/schema.ts';
import type { Services } from './services.ts';

export interface ServerOptions {
  services: Services;
  maxUploadBytes: number;
  /** Whose `X-Forwarded-For` is believed: addresses and networks; unless told otherwise, nobody's. */
  trustedProxies?: string[] | undefined;
  /** Lets requests in; unless there is one, all of them are. */
  admission?: Admission;
  /** Unless there are any, the server has its own, and tells them itself to whoever asks. */
  metricsToldElsewhere?: Metrics;
  drain: Drain;
  logger: Logger;
}

const maxJsonBytes = 1024 * 1024;
const maxHeaderBytes = 16 * 1024;
const headersTimeoutMs = 15_000;
const checkTimeoutsEveryMs = 5000;
/** For a request to arrive as a whole: enough for the largest file over a slow line. Answers may take any time. */
const requestTimeoutMs = 10 * 60_000;
/** Longer than any id may be, so that one that is too long is refused as such and not as an unknown path. */
const maxPathPartLength = 1024;

/** The HTTP server with all its routes; it listens to nothing yet. */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { services, maxUploadBytes, trustedProxies = false, admission, drain, logger } = options;
  const warnings: FastifyBaseLogger = logger.child(
    {},
    { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level },
  );
  const server = fastify({
    loggerInstance: warnings,
    // The request id comes from the request's context; a child logger per request would add it once more.
    childLoggerFactory: (parent) => parent,
    logController: new NoRequestLines(),
    genReqId: newRequestId,
    trustProxy: trustedProxies,
    bodyLimit: maxJsonBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: checkTimeoutsEveryMs,
      // Missing ones are refused as a problem like any other.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: maxPathPartLength },
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildSerializer: buildSharedSerializer } },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, statusErrorOf(error)),
    clientErrorHandler: answerMalformedRequest,
  });

  const metrics = options.metricsToldElsewhere ?? new Metrics(logger);
  if (admission) {
    admitRequests(server, admission, services.callers);
    admissionMetrics(metrics, admission);
  }
  scopeRequests(server);
  traceRequests(server);
  logRequests(server, logger);
  measureRequests(server, metrics);
  addSecurityHeaders(server);
  limitRequests(server);
  boundUnreadAnswers(server, services.callers);
  parseJsonBodies(server);
  server.setValidatorCompiler(compileValidator);
  server.setErrorHandler((error, _request, reply) => {
    sendProblem(reply, statusErrorOf(error));
    if (reply.statusCode === 500) logger.error({ err: error }, 'request failed');
    else if (reply.statusCode > 500) logger.warn({ err: error }, 'request could not be served');
    return reply;
  });
  refuseExpectations(server);
  const unknownRoutes = refuseUnknownRoutes(server);

  describeRoutes(server);
  server.register(operationRoutes(new Readiness(services, drain)));
  if (!options.metricsToldElsewhere) server.register(metricsRoute(metrics));
  server.register(async (open) => {
    takeNoUnknownInput(open);
    open.register(loginRoutes(services));
  });
  server.register(async (authenticated) => {
    requireBearer(authenticated);
    takeNoUnknownInput(authenticated);
    tagReads(authenticated);
    authenticated.register(sessionRoutes(services));
    authenticated.register(userRoutes(services));
    authenticated.register(serviceAccountRoutes(services));
    authenticated.register(credentialRoutes(services));
    authenticated.register(documentRoutes(services));
    authenticated.register(grantRoutes(services));
    authenticated.register(analysisRoutes(services));
    authenticated.register(reportRoutes(services));
    authenticated.register(analysisEventRoutes(services, drain));
    authenticated.register(auditRoutes(services));
    authenticated.register(cacheRoutes(services));
    authenticated.register(migrationRoutes(services));
    authenticated.register(async (uploads) => {
      // The form's reader looks at `truncated` itself, and says more about it.
      uploads.register(multipart, { throwFileSizeLimit: false });
      uploads.register(uploadRoutes(services, maxUploadBytes));
    });
  });
  server.register(async () => unknownRoutes.completeMethods());
  return server;
}

/** A route that names no query parameters takes none. Its description says how what it does not take is refused. */
function takeNoUnknownInput(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const { body, response } = route.schema ?? {};
    route.schema = {
      querystring: exactly({}),
      ...route.schema,
      response: { ...problems(400, 429, ...(body ? [413, 415] : [])), ...(response as object) },
    };
  });
}
