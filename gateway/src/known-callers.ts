import { hash } from 'node:crypto';
import type { SessionAuthority } from '@contract-reviewer/platform/auth/session-authority';
import { BoundedMap } from '@contract-reviewer/platform/bounded-map';

const maxRemembered = 20_000;

/**
 * Whose tokens those are that have been exchanged, for counting what users ask for. That a token was good once says nothing
 * of what it may do now, so this must not be used for that.
 */
export class KnownCallers {
  readonly #users = new BoundedMap<string>(maxRemembered);

  /**
   * @param token undefined of who shows none
   * @returns the id of the user; undefined of a token that is not known yet, or that never was any
   */
  userOf(token: string | undefined): string | undefined {
    return token === undefined ? undefined : this.#users.get(keyOf(token));
  }

  /** The same authority, whose answers are remembered here. */
  learningFrom(authority: SessionAuthority): SessionAuthority {
    return {
      authenticate: async (token, audience) => {
        const session = await authority.authenticate(token, audience);
        this.#users.set(keyOf(token), session.user.userId);
        return session;
      },
      check: (sessionId) => authority.check(sessionId),
      renew: (assertion, sessionId) => authority.renew(assertion, sessionId),
    };
  }
}

/** A token is not kept: of its hash nobody can make use. */
function keyOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
