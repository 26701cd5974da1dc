import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { Transport } from '@contract-reviewer/platform/grpc/credentials';
import type { ServiceMethods } from '@contract-reviewer/platform/grpc/methods';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { HealthService } from '@contract-reviewer/proto/grpc/health/v1/health';
import { MigrationServiceService } from '@contract-reviewer/proto/migration/v1/migration';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';

export const serviceNames = ['document', 'analysis', 'session'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What every service can be asked about its cache. */
export type CacheClient = Pick<GrpcClient<typeof SessionServiceService>, 'cacheStats' | 'checkConsistency'>;

/** The services that took something over from version 1, in the order in which they go on. */
export const migratingServices = ['document', 'analysis'] as const satisfies readonly ServiceName[];
export type MigratingService = (typeof migratingServices)[number];
export type MigrationClient = GrpcClient<typeof MigrationServiceService>;

/** The services behind the gateway. */
export interface Services {
  documents: GrpcClient<typeof DocumentServiceService>;
  analyses: GrpcClient<typeof AnalysisServiceService>;
  sessions: GrpcClient<typeof SessionServiceService>;
  migrations: Record<MigratingService, MigrationClient>;
  health: Record<ServiceName, GrpcClient<typeof HealthService>>;
}

export interface ServiceAccess {
  addresses: Record<ServiceName, string>;
  /** The gateway's own; without another one it is what a call is made with. */
  serviceToken: string;
  /** How to reach them; in plain text unless told otherwise. */
  transport?: Transport;
}

/** Makes the clients, which connect with the first call and again whenever they have to. */
export function connectServices({ addresses, serviceToken, transport }: ServiceAccess): Services & Disposable {
  const stack = new DisposableStack();
  const authorization = serviceAuthorization('gateway', serviceToken);
  const clientOf = <S extends ServiceMethods>(methods: S, name: ServiceName) =>
    stack.use(createClient(methods, { address: addresses[name], authorization, ...transport?.to(name) }));
  const migration = (name: MigratingService) => clientOf(MigrationServiceService, name);
  const health = (name: ServiceName) => clientOf(HealthService, name);
  return {
    documents: clientOf(DocumentServiceService, 'document'),
    analyses: clientOf(AnalysisServiceService, 'analysis'),
    sessions: clientOf(SessionServiceService, 'session'),
    migrations: { document: migration('document'), analysis: migration('analysis') },
    health: { document: health('document'), analysis: health('analysis'), session: health('session') },
    [Symbol.dispose]: () => stack.dispose(),
  };
}
