import { StatusError } from '../errors.ts';
import { AssertionExchange, type HeldAssertion } from './assertion-exchange.ts';
import type { VerificationKeys } from './assertion-keys.ts';
import { AssertionVerifier, invalidAssertion } from './assertions.ts';
import { LiveSessions } from './live-sessions.ts';
import { type Authenticator, type Credentials, type Identity, lasting, unauthenticated } from './principal.ts';
import { bearerTokenIn, isServiceToken, ServiceTokens, type TrustedServices } from './service-tokens.ts';
import type { SessionAuthority } from './session-authority.ts';

export interface AuthenticatorOptions {
  /** The name of the service that is called. */
  service: string;
  trustedServices: TrustedServices;
  assertionKeys: VerificationKeys;
  sessions: SessionAuthority;
}

/**
 * Finds out whose call it is.
 *
 * A service proves itself by its token. With an assertion beside it, it calls for the user whom the assertion names; the
 * gateway presents such as were made for the service that it calls, and any other service such as were made for itself,
 * which it was given when it was called. So what a service was given opens nothing anywhere but through that service.
 * A person who calls directly brings the token of their session, which is exchanged for an assertion here.
 */
export class CallAuthenticator implements Authenticator {
  readonly #service: string;
  readonly #services: ServiceTokens;
  readonly #verifier: AssertionVerifier;
  readonly #live: LiveSessions;
  readonly #exchange: AssertionExchange;

  constructor({ service, trustedServices, assertionKeys, sessions }: AuthenticatorOptions) {
    this.#service = service;
    this.#services = new ServiceTokens(trustedServices);
    this.#verifier = new AssertionVerifier(assertionKeys);
    this.#live = new LiveSessions(sessions);
    this.#exchange = new AssertionExchange(sessions, {
      onSession: (session, askedAt) => this.#live.remember(session, askedAt),
    });
  }

  async authenticate({ authorization, onBehalfOf }: Credentials): Promise<Identity> {
    const token = bearerTokenIn(authorization);
    if (token === undefined) throw unauthenticated();
    if (!isServiceToken(token)) {
      if (onBehalfOf !== undefined) throw assertionWithoutService();
      return this.#user(await this.#exchange.assertionFor(token, this.#service));
    }
    const name = this.#services.nameOf(token);
    if (name === undefined) {
      throw new StatusError('UNAUTHENTICATED', 'The service token is not valid.', { reason: 'SERVICE_TOKEN_INVALID' });
    }
    return onBehalfOf === undefined ? lasting({ kind: 'service', name }) : this.#onBehalf(name, onBehalfOf);
  }

  serviceIn(authorization: string | undefined): string | undefined {
    const token = bearerTokenIn(authorization);
    return token === undefined ? undefined : this.#services.nameOf(token);
  }

  async #onBehalf(actor: string, assertion: string): Promise<Identity> {
    const audience = actor === 'gateway' ? this.#service : actor;
    const { userId, sessionId, expiresAt } = await this.#verifier.verify(assertion, audience);
    const identity = await this.#user(this.#exchange.hold(assertion, sessionId, expiresAt - Date.now()));
    if (identity.principal.kind !== 'user' || identity.principal.userId !== userId) throw invalidAssertion();
    return audience === this.#service ? identity : { ...identity, assertion: notFurther };
  }

  async #user(held: HeldAssertion): Promise<Identity> {
    const current = () => this.#live.userOf(held.sessionId);
    const assertion = async () => (await this.#exchange.renewed(held)).assertion;
    const { value: principal, until } = await this.#live.leasedUserOf(held.sessionId);
    return { principal, until, current, assertion };
  }
}

function notFurther(): Promise<never> {
  return Promise.reject(new Error('an assertion that was passed on cannot be passed on further'));
}

function assertionWithoutService(): StatusError {
  const message = 'Only a service calls on behalf of somebody. Send the token of your session, and nothing beside it.';
  return new StatusError('UNAUTHENTICATED', message, { reason: 'ASSERTION_WITHOUT_SERVICE' });
}
