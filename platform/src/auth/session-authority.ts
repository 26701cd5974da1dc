import type { UserPrincipal } from './principal.ts';

/** A session that lives. */
export interface CheckedSession {
  user: UserPrincipal;
  /** How long this may be relied upon, in ms from when it was asked for; 0 if not at all. */
  validForMs: number;
}

/** A session that lives, and the assertion of whose it is. */
export interface AssertedSession extends CheckedSession {
  assertion: string;
  /** In ms from when it was asked for. */
  assertionExpiresInMs: number;
}

/** What decides whether a session lives, and says whose it is. Each question counts as a use of the session. */
export interface SessionAuthority {
  /**
   * @param audience the service that the assertion is to be made for
   * @throws {StatusError} UNAUTHENTICATED if the token does not name a live session
   */
  authenticate(token: string, audience: string): Promise<AssertedSession>;

  /** @throws {StatusError} UNAUTHENTICATED if there is no live session of that id */
  check(sessionId: string): Promise<CheckedSession>;

  /**
   * Makes a new assertion of one that was made for this service.
   *
   * @throws {StatusError} UNAUTHENTICATED if its session has ended
   */
  renew(assertion: string, sessionId: string): Promise<AssertedSession>;
}
