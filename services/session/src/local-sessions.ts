import type {
  AssertedSession,
  CheckedSession,
  SessionAuthority,
} from '@contract-reviewer/platform/auth/session-authority';
import type { Authentication } from './authentication.ts';
import type { Session, SessionId } from './domain/session.ts';

/** This service looks sessions up itself, where the others ask it. */
export class LocalSessions implements SessionAuthority {
  readonly #authentication: Authentication;
  readonly #service: string;

  /** @param service for which assertions are renewed */
  constructor(authentication: Authentication, service: string) {
    this.#authentication = authentication;
    this.#service = service;
  }

  async authenticate(token: string, audience: string): Promise<AssertedSession> {
    const { session, ...asserted } = await this.#authentication.assert(token, audience);
    return { user: userOf(session), ...asserted };
  }

  async check(sessionId: string): Promise<CheckedSession> {
    const { session, validForMs } = await this.#authentication.check(sessionId as SessionId);
    return { user: userOf(session), validForMs };
  }

  async renew(assertion: string, sessionId: string): Promise<AssertedSession> {
    const id = sessionId as SessionId;
    const { session, ...asserted } = await this.#authentication.renew(assertion, id, this.#service);
    return { user: userOf(session), ...asserted };
  }
}

function userOf({ userId, role, sessionId, documentId, permissions }: Session): CheckedSession['user'] {
  return {
    kind: 'user',
    userId,
    role,
    sessionId,
    ...(documentId === undefined ? {} : { resourceId: documentId }),
    permissions: new Set(permissions),
  };
}
