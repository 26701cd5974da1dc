import { AssertionExchange } from '@contract-reviewer/platform/auth/assertion-exchange';
import { RemoteSessions } from '@contract-reviewer/platform/auth/remote-sessions';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { Transport } from '@contract-reviewer/platform/grpc/credentials';
import type { ServiceMethods } from '@contract-reviewer/platform/grpc/methods';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { HealthService } from '@contract-reviewer/proto/grpc/health/v1/health';
import { MigrationServiceService } from '@contract-reviewer/proto/migration/v1/migration';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { type CallerClient, callsOnBehalf } from './calls-on-behalf.ts';
import { KnownCallers } from './known-callers.ts';

export const serviceNames = ['document', 'analysis', 'session'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What every service can be asked about its cache. */
export type CacheClient = Pick<CallerClient<typeof SessionServiceService>, 'cacheStats' | 'checkConsistency'>;

/** The services that took something over from version 1, in the order in which they go on. */
export const migratingServices = ['document', 'analysis'] as const satisfies readonly ServiceName[];
export type MigratingService = (typeof migratingServices)[number];
export type MigrationClient = CallerClient<typeof MigrationServiceService>;

/** The services behind the gateway. */
export interface Services {
  documents: CallerClient<typeof DocumentServiceService>;
  analyses: CallerClient<typeof AnalysisServiceService>;
  sessions: CallerClient<typeof SessionServiceService>;
  migrations: Record<MigratingService, MigrationClient>;
  health: Record<ServiceName, GrpcClient<typeof HealthService>>;
  /** Who has called them of late. */
  callers: KnownCallers;
}

export interface ServiceAccess {
  addresses: Record<ServiceName, string>;
  /** The gateway's own, with which all calls are made; beside it goes who they are made for. */
  serviceToken: string;
  /** How to reach them; in plain text unless told otherwise. */
  transport?: Transport;
}

/** Makes the clients, which connect with the first call and again whenever they have to. */
export function connectServices({ addresses, serviceToken, transport }: ServiceAccess): Services & Disposable {
  const stack = new DisposableStack();
  const authorization = serviceAuthorization('gateway', serviceToken);
  const clientOf = <S extends ServiceMethods>(
    methods: S,
    name: ServiceName,
    batched: readonly (keyof S & string)[] = [],
  ) => stack.use(createClient(methods, { address: addresses[name], authorization, batched, ...transport?.to(name) }));
  const documentClient = clientOf(DocumentServiceService, 'document', ['getDocument', 'listDocuments']);
  const analysisClient = clientOf(AnalysisServiceService, 'analysis', [
    'getAnalysis',
    'getLatestAnalysis',
    'listAnalyses',
  ]);
  const sessionClient = clientOf(SessionServiceService, 'session', ['createSession', 'getSession', 'listSessions']);
  const callers = new KnownCallers();
  const exchange = new AssertionExchange(callers.learningFrom(new RemoteSessions(sessionClient)));
  const migration = (name: MigratingService) =>
    callsOnBehalf(clientOf(MigrationServiceService, name), MigrationServiceService, name, exchange);
  const health = (name: ServiceName) => clientOf(HealthService, name);
  return {
    documents: callsOnBehalf(documentClient, DocumentServiceService, 'document', exchange),
    analyses: callsOnBehalf(analysisClient, AnalysisServiceService, 'analysis', exchange),
    sessions: callsOnBehalf(sessionClient, SessionServiceService, 'session', exchange),
    migrations: { document: migration('document'), analysis: migration('analysis') },
    health: { document: health('document'), analysis: health('analysis'), session: health('session') },
    callers,
    [Symbol.dispose]: () => stack.dispose(),
  };
}
