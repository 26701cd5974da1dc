import type { AuthenticateSessionResponse, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { StatusError } from '../errors.ts';
import type { GrpcClient } from '../grpc/client.ts';
import { type Principal, unauthenticated } from './principal.ts';
import type { SessionAuthenticator } from './service-tokens.ts';

/** Answers that are about this service and not about the session; no caller could do anything about them. */
const ownFaults = ['UNAUTHENTICATED', 'SERVICE_REQUIRED'];

/** Asks the session service whose token it is. Nothing is remembered here, so a revoked session is refused at once. */
export class RemoteSessions implements SessionAuthenticator {
  readonly #client: GrpcClient<typeof SessionServiceService>;

  /** @param client calls with this service's own token */
  constructor(client: GrpcClient<typeof SessionServiceService>) {
    this.#client = client;
  }

  async authenticateSession(token: string): Promise<Principal> {
    const { session, role } = await this.#ask(token);
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

  async #ask(token: string): Promise<AuthenticateSessionResponse> {
    try {
      return await this.#client.authenticateSession({ token }, { timeoutMs: 5000 });
    } catch (error) {
      if (error instanceof StatusError && ownFaults.includes(error.reason)) {
        throw new Error('The session service does not accept the token of this service', { cause: error });
      }
      throw error;
    }
  }
}
