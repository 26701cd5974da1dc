import { BoundedMap } from '../bounded-map.ts';
import { Flights } from '../cache/flights.ts';
import { type Clock, type MonotonicMs, systemClock } from '../clock.ts';
import { runDetached } from '../request-context.ts';
import type { Leased } from '../trust-period.ts';
import type { UserPrincipal } from './principal.ts';
import type { CheckedSession, SessionAuthority } from './session-authority.ts';

/**
 * What sessions may do now. An answer is remembered for as long as it says, from when it was asked for, which is what
 * remains of the lease of the check that it rests on; a refusal is not. Who ends a session waits until all such answers
 * have run out before they say that it has ended.
 */
export class LiveSessions {
  readonly #authority: Pick<SessionAuthority, 'check'>;
  readonly #clock: Clock;
  readonly #remembered: BoundedMap<Leased<UserPrincipal>>;
  readonly #flights = new Flights<Leased<UserPrincipal>>();

  constructor(authority: Pick<SessionAuthority, 'check'>, clock = systemClock, maxRemembered = 10_000) {
    this.#authority = authority;
    this.#clock = clock;
    this.#remembered = new BoundedMap(maxRemembered);
  }

  /**
   * Whose session it is and what they may do in it.
   *
   * @throws {StatusError} UNAUTHENTICATED if it has ended; UNAVAILABLE if nobody can tell
   */
  async userOf(sessionId: string): Promise<UserPrincipal> {
    return (await this.leasedUserOf(sessionId)).value;
  }

  /** The same, and until when others may rely on it. @throws {StatusError} UNAUTHENTICATED, UNAVAILABLE */
  async leasedUserOf(sessionId: string): Promise<Leased<UserPrincipal>> {
    return (
      this.#known(sessionId) ??
      // Who waited for the flight before this one may find its answer, if that has not run out meanwhile.
      this.#flights.join(sessionId, async (waited) => {
        const known = waited ? this.#known(sessionId) : undefined;
        if (known) return known;
        const askedAt = this.#clock.now();
        const checked = await runDetached(() => this.#authority.check(sessionId));
        this.remember(checked, askedAt);
        return leased(checked, askedAt);
      })
    );
  }

  /** @param askedAt when this was asked for */
  remember(checked: CheckedSession, askedAt: MonotonicMs): void {
    if (checked.validForMs > 0) this.#remembered.set(checked.user.sessionId, leased(checked, askedAt));
  }

  #known(sessionId: string): Leased<UserPrincipal> | undefined {
    const known = this.#remembered.get(sessionId);
    return known && this.#clock.now() < known.until ? known : undefined;
  }
}

function leased({ user, validForMs }: CheckedSession, askedAt: MonotonicMs): Leased<UserPrincipal> {
  return { value: user, until: (askedAt + validForMs) as MonotonicMs };
}
