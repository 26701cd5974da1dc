import type { AssertionSigner, AssertionVerifier } from '@contract-reviewer/platform/auth/assertions';
import { assertionLifetimeSeconds } from '@contract-reviewer/platform/auth/assertions';
import { SessionError } from './domain/errors.ts';
import type { SessionId } from './domain/session.ts';
import type { CheckedSession, Sessions } from './sessions.ts';

/** A live session, and the assertion of whose it is. */
export interface AssertedSession extends CheckedSession {
  assertion: string;
  assertionExpiresInMs: number;
}

/** Says whose session it is, and signs that for the services. */
export class Authentication {
  readonly #sessions: Sessions;
  readonly #signer: AssertionSigner;
  readonly #verifier: AssertionVerifier;

  constructor(sessions: Sessions, signer: AssertionSigner, verifier: AssertionVerifier) {
    this.#sessions = sessions;
    this.#signer = signer;
    this.#verifier = verifier;
  }

  /** @throws {SessionError} invalid_session */
  authenticate(token: string): Promise<CheckedSession> {
    return this.#sessions.authenticate(token);
  }

  /** @throws {SessionError} invalid_session */
  check(sessionId: SessionId): Promise<CheckedSession> {
    return this.#sessions.check(sessionId);
  }

  /** @param audience the service that the assertion is for @throws {SessionError} invalid_session */
  async assert(token: string, audience: string): Promise<AssertedSession> {
    return this.#signed(await this.#sessions.authenticate(token), audience);
  }

  /**
   * A new assertion of one that was made for this audience.
   *
   * @throws {SessionError} invalid_session
   * @throws {StatusError} UNAUTHENTICATED if it is no assertion for that audience
   */
  async renew(assertion: string, sessionId: SessionId, audience: string): Promise<AssertedSession> {
    const presented = await this.#verifier.verify(assertion, audience);
    if (presented.sessionId !== sessionId) {
      throw new SessionError('invalid_session', 'The assertion is about another session.');
    }
    return this.#signed(await this.#sessions.check(sessionId), audience);
  }

  async #signed(checked: CheckedSession, audience: string): Promise<AssertedSession> {
    const { userId, sessionId } = checked.session;
    const assertion = await this.#signer.sign({ userId, sessionId, audience });
    return { ...checked, assertion, assertionExpiresInMs: assertionLifetimeSeconds * 1000 };
  }
}
