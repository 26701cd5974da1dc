import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Authenticator, type Identity, lasting, type Principal, unauthenticated } from './principal.ts';

const scheme = 'Bearer ';
/** Names of schemes have no case; see https://www.rfc-editor.org/rfc/rfc9110#section-11.1. */
const bearer = /^bearer +(\S+)$/i;
const servicePrefix = 'service.';

/** The bearer token of a service: `service.<name>.<secret>`. */
export function serviceAuthorization(name: string, secret: string): string {
  return `${scheme}${servicePrefix}${name}.${secret}`;
}

/** A secret of 256 bits or more, in base64url. */
export const serviceToken = z.string().regex(/^[\w-]{43,}$/, 'must be 43 or more characters of base64url (256 bits)');

/** The SHA-256 hashes, in hexadecimal, of the tokens that each service may call with. */
export type TrustedServices = ReadonlyMap<string, readonly string[]>;

/**
 * `name=<SHA-256 of its token in hexadecimal>`, comma-separated: which services may call, without their secrets. A name
 * may stand there several times, so that a service can change its token while the old one still counts.
 */
export const trustedServices = z
  .string()
  .regex(/^[a-z]+=[0-9a-f]{64}(,[a-z]+=[0-9a-f]{64})*$/, 'must be name=<sha256 in hex>, comma-separated')
  .transform((list): TrustedServices => {
    const entries = list.split(',').map((entry) => entry.split('=') as [string, string]);
    const byName = Map.groupBy(entries, ([name]) => name);
    return new Map([...byName].map(([name, own]) => [name, own.map(([, hash]) => hash)]));
  });

export interface SessionAuthenticator {
  /** @throws {StatusError} UNAUTHENTICATED if the token does not name a live session */
  authenticateSession(token: string): Promise<Principal>;
}

/** Knows the services itself and asks for the sessions of people. */
export class TokenAuthenticator implements Authenticator {
  readonly #services: ReadonlyMap<string, readonly Buffer[]>;
  readonly #sessions: SessionAuthenticator;

  /** @param trusted names and SHA-256 hashes, as `trustedServices` parses them */
  constructor(trusted: TrustedServices, sessions: SessionAuthenticator) {
    this.#services = new Map(
      [...trusted].map(([name, hashes]) => [name, hashes.map((hash) => Buffer.from(hash, 'hex'))]),
    );
    this.#sessions = sessions;
  }

  async authenticate(authorization: string | undefined): Promise<Identity> {
    const token = bearer.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated();
    if (!token.startsWith(servicePrefix)) {
      const current = () => this.#sessions.authenticateSession(token);
      return { principal: await current(), current };
    }
    const name = this.#serviceOf(token);
    if (name === undefined) throw unauthenticated('The service token is not valid.');
    return lasting({ kind: 'service', name });
  }

  serviceIn(authorization: string | undefined): string | undefined {
    const token = bearer.exec(authorization ?? '')?.[1];
    return token?.startsWith(servicePrefix) ? this.#serviceOf(token) : undefined;
  }

  #serviceOf(token: string): string | undefined {
    const [, name = '', secret = ''] = /^service\.([^.]*)\.(.*)$/.exec(token) ?? [];
    const actual = createHash('sha256').update(secret).digest();
    const isOwn = this.#services.get(name)?.some((expected) => timingSafeEqual(expected, actual)) ?? false;
    return isOwn ? name : undefined;
  }
}
