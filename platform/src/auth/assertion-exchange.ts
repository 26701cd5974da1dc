import { hash } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import { type Clock, type MonotonicMs, systemClock } from '../clock.ts';
import { runDetached } from '../request-context.ts';
import type { AssertedSession, SessionAuthority } from './session-authority.ts';

/** An assertion, and whose session it is about. */
export interface HeldAssertion {
  assertion: string;
  sessionId: string;
  /** Until when it is worth being presented. */
  until: MonotonicMs;
}

export interface AssertionExchangeOptions {
  clock?: Clock;
  maxRemembered?: number;
  /** Told of every session that was authenticated, and when that was asked for. */
  onSession?: (session: AssertedSession, askedAt: MonotonicMs) => void;
}

/** Enough for the call that it is presented with, and for those that are made in the course of it. */
const marginMs = 15_000;

/** Exchanges bearer tokens for assertions, and remembers those until shortly before they expire. */
export class AssertionExchange {
  readonly #authority: Pick<SessionAuthority, 'authenticate' | 'renew'>;
  readonly #clock: Clock;
  readonly #onSession: NonNullable<AssertionExchangeOptions['onSession']>;
  readonly #held: BoundedMap<HeldAssertion>;
  readonly #underWay = new Map<string, Promise<HeldAssertion>>();

  constructor(
    authority: Pick<SessionAuthority, 'authenticate' | 'renew'>,
    { clock = systemClock, maxRemembered = 10_000, onSession = () => undefined }: AssertionExchangeOptions = {},
  ) {
    this.#authority = authority;
    this.#clock = clock;
    this.#onSession = onSession;
    this.#held = new BoundedMap(maxRemembered);
  }

  /** How many assertions are remembered. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * @param token a bearer token
   * @param audience the service that the assertion is to be presented to
   * @throws {StatusError} UNAUTHENTICATED if the token names no live session; UNAVAILABLE if nobody can tell
   */
  assertionFor(token: string, audience: string): Promise<HeldAssertion> {
    return this.#get(keyOf(token, audience), () => this.#authority.authenticate(token, audience));
  }

  /** Exchanges anew what was refused. */
  forget(token: string, audience: string, refused: string): void {
    const key = keyOf(token, audience);
    if (this.#held.get(key)?.assertion === refused) this.#held.delete(key);
  }

  /**
   * An assertion of the same session for the same audience, this service, that does not expire soon.
   *
   * @throws {StatusError} UNAUTHENTICATED if the session has ended; UNAVAILABLE if nobody can tell
   */
  async renewed(held: HeldAssertion): Promise<HeldAssertion> {
    if (this.#clock.now() < held.until) return held;
    // A call that goes on outlives the assertion that it came with, so each is renewed by the one before it.
    const latest = this.#held.get(held.sessionId);
    const { assertion } = latest && latest.until > held.until ? latest : held;
    return this.#get(held.sessionId, () => this.#authority.renew(assertion, held.sessionId));
  }

  async #get(key: string, exchange: () => Promise<AssertedSession>): Promise<HeldAssertion> {
    const held = this.#held.get(key);
    if (held && this.#clock.now() < held.until) return held;
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const flight = this.#exchange(key, exchange).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, flight);
    return flight;
  }

  async #exchange(key: string, exchange: () => Promise<AssertedSession>): Promise<HeldAssertion> {
    const askedAt = this.#clock.now();
    const session = await runDetached(exchange);
    this.#onSession(session, askedAt);
    const held = this.hold(session.assertion, session.user.sessionId, session.assertionExpiresInMs, askedAt);
    this.#held.set(key, held);
    return held;
  }

  /** @param since from when on that time counts; unless told otherwise, from now */
  hold(assertion: string, sessionId: string, expiresInMs: number, since = this.#clock.now()): HeldAssertion {
    return { assertion, sessionId, until: (since + expiresInMs - marginMs) as MonotonicMs };
  }
}

/** A token is not kept: of its hash nobody can make use. */
function keyOf(token: string, audience: string): string {
  return `${audience} ${hash('sha256', token, 'base64url')}`;
}
