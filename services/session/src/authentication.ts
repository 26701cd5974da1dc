import type { Principal } from '@contract-reviewer/platform/auth/principal';
import type { SessionAuthenticator } from '@contract-reviewer/platform/auth/service-tokens';
import type { Sessions } from './sessions.ts';

/** This service looks sessions up itself, where the others ask it. */
export class LocalSessions implements SessionAuthenticator {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async authenticateSession(token: string): Promise<Principal> {
    const { userId, role, sessionId, documentId, permissions } = await this.#sessions.authenticate(token);
    return {
      kind: 'user',
      userId,
      role,
      sessionId,
      ...(documentId === undefined ? {} : { resourceId: documentId }),
      permissions: new Set(permissions),
    };
  }
}
