import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import {
  AcceptedAnalysisSchema,
  AnalysisListSchema,
  AnalysisRecordSchema,
  AnalysisSchema,
} from './schemas/analysis.ts';
import { AnalysisDiffSchema } from './schemas/analysis-diff.ts';
import {
  AuditEventListSchema,
  AuditEventSchema,
  AuditHeadFileSchema,
  AuditHeadSchema,
  AuditVerdictSchema,
} from './schemas/audit.ts';
import { CacheOverviewSchema, ServiceCacheSchema } from './schemas/cache.ts';
import { ConsistencyReportSchema, ServiceConsistencySchema } from './schemas/consistency.ts';
import { DocumentListSchema, DocumentSchema, DocumentTextSchema } from './schemas/document.ts';
import { GrantListSchema, GrantSchema } from './schemas/grant.ts';
import {
  DriftSchema,
  MigrationReportSchema,
  MigrationSchema,
  ServiceMigrationSchema,
  SetAsideListSchema,
} from './schemas/migration.ts';
import { ProblemSchema } from './schemas/problem.ts';
import {
  CredentialListSchema,
  CredentialSchema,
  IssuedCredentialSchema,
  ServiceAccountListSchema,
  ServiceAccountSchema,
} from './schemas/service-account.ts';
import { OpenedSessionSchema, SessionListSchema, SessionSchema } from './schemas/session.ts';
import { UserListSchema, UserSchema } from './schemas/user.ts';

const namedSchemas = [
  AcceptedAnalysisSchema,
  AnalysisDiffSchema,
  AnalysisListSchema,
  AnalysisRecordSchema,
  AnalysisSchema,
  AuditEventListSchema,
  AuditEventSchema,
  AuditHeadFileSchema,
  AuditHeadSchema,
  AuditVerdictSchema,
  CacheOverviewSchema,
  ConsistencyReportSchema,
  CredentialListSchema,
  CredentialSchema,
  DocumentListSchema,
  DocumentSchema,
  DocumentTextSchema,
  DriftSchema,
  GrantListSchema,
  GrantSchema,
  IssuedCredentialSchema,
  MigrationReportSchema,
  MigrationSchema,
  OpenedSessionSchema,
  ProblemSchema,
  ServiceAccountListSchema,
  ServiceAccountSchema,
  ServiceCacheSchema,
  ServiceConsistencySchema,
  ServiceMigrationSchema,
  SessionListSchema,
  SessionSchema,
  SetAsideListSchema,
  UserListSchema,
  UserSchema,
];

/** The page loads everything from here, and sends what is tried out in it to here. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Describes the routes that are registered from now on, at `/openapi.json` and for people at `/docs`. */
export function describeRoutes(server: FastifyInstance): void {
  for (const schema of namedSchemas) server.addSchema(schema);
  server.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Contract Reviewer',
        version: '2.0.0',
        description:
          'Upload a contract, have it reviewed, read the review back. Failures are problems of RFC 9457. Reads carry ' +
          'X-Cache (HIT or MISS) and an ETag, and answer 304 to an If-None-Match that names it.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The token that POST /api/login answers.' },
        },
      },
      security: [{ bearer: [] }],
    },
    refResolver: { buildLocalReference: ({ $id }) => $id as string },
  });
  server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    uiConfig: { url: '/openapi.json' },
  });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
}
