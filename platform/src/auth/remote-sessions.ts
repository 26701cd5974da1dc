import type { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { GrpcClient } from '../grpc/client.ts';
import { type Principal, unauthenticated } from './principal.ts';
import type { SessionAuthenticator } from './service-tokens.ts';

/** Asks the session service whose token it is. Nothing is remembered here, so a revoked session is refused at once. */
export class RemoteSessions implements SessionAuthenticator {
  readonly #client: GrpcClient<typeof SessionServiceService>;

  /** @param client calls with this service's own token */
  constructor(client: GrpcClient<typeof SessionServiceService>) {
    this.#client = client;
  }

  async authenticateSession(token: string): Promise<Principal> {
    const { session, role } = await this.#client.authenticateSession({ token }, { timeoutMs: 5000 });
    if (!session) throw unauthenticated();
    return {
      kind: 'user',
      userId: session.userId,
      role,
      sessionId: session.sessionId,
      ...(session.documentId === undefined ? {} : { resourceId: session.documentId }),
      permissions: new Set(session.permissions),
    };
  }
}
