import type { AuthenticateSessionResponse, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { StatusError, unavailable } from '../errors.ts';
import type { GrpcClient } from '../grpc/client.ts';
import { toMilliseconds } from '../grpc/duration.ts';
import { unauthenticated } from './principal.ts';
import type { AssertedSession, CheckedSession, SessionAuthority } from './session-authority.ts';

/** Answers that are about this service and not about the session; no caller could do anything about them. */
const ownFaults: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'SERVICE_TOKEN_INVALID', 'SERVICE_REQUIRED']);
const timeoutMs = 5000;

type Answer = Pick<AuthenticateSessionResponse, 'session' | 'role' | 'validFor' | 'assertion' | 'assertionExpiresIn'>;

/** Asks the session service. */
export class RemoteSessions implements SessionAuthority {
  readonly #client: GrpcClient<typeof SessionServiceService>;

  /** @param client calls with this service's own token */
  constructor(client: GrpcClient<typeof SessionServiceService>) {
    this.#client = client;
  }

  async authenticate(token: string, audience: string): Promise<AssertedSession> {
    return assertedIn(await asked(this.#client.authenticateSession({ token, audience }, { timeoutMs })));
  }

  async check(sessionId: string): Promise<CheckedSession> {
    return checkedIn(await asked(this.#client.checkSession({ sessionId }, { timeoutMs })));
  }

  async renew(assertion: string, sessionId: string): Promise<AssertedSession> {
    return assertedIn(await asked(this.#client.checkSession({ sessionId, assertion }, { timeoutMs })));
  }
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (ownFaults.has(error.reason)) {
      throw new Error('The session service does not accept the token of this service', { cause: error });
    }
    if (error.code === 'DEADLINE_EXCEEDED') throw unavailable('The session service does not answer.', error);
    throw error;
  }
}

function checkedIn({ session, role, validFor }: Omit<Answer, 'assertion' | 'assertionExpiresIn'>): CheckedSession {
  if (!session) throw unauthenticated();
  const user = {
    kind: 'user' as const,
    userId: session.userId,
    role,
    sessionId: session.sessionId,
    ...(session.documentId === undefined ? {} : { resourceId: session.documentId }),
    permissions: new Set(session.permissions),
  };
  return { user, validForMs: validFor ? toMilliseconds(validFor) : 0 };
}

function assertedIn({ assertion, assertionExpiresIn, ...answer }: Answer): AssertedSession {
  if (assertion === undefined || !assertionExpiresIn)
    throw new Error('the session service answered without an assertion');
  return { ...checkedIn(answer), assertion, assertionExpiresInMs: toMilliseconds(assertionExpiresIn) };
}
