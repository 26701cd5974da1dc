import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Authenticator, type Principal, unauthenticated } from './principal.ts';

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

/** `name=<SHA-256 of its token in hexadecimal>`, comma-separated: which services may call, without their secrets. */
export const trustedServices = z
  .string()
  .regex(/^[a-z]+=[0-9a-f]{64}(,[a-z]+=[0-9a-f]{64})*$/, 'must be name=<sha256 in hex>, comma-separated')
  .transform((list) => new Map(list.split(',').map((entry) => entry.split('=') as [string, string])));

export interface SessionAuthenticator {
  /** @throws {StatusError} UNAUTHENTICATED if the token does not name a live session */
  authenticateSession(token: string): Promise<Principal>;
}

/** Knows the services itself and asks for the sessions of people. */
export class TokenAuthenticator implements Authenticator {
  readonly #services: ReadonlyMap<string, Buffer>;
  readonly #sessions: SessionAuthenticator;

  /** @param trusted names and SHA-256 hashes, as `trustedServices` parses them */
  constructor(trusted: ReadonlyMap<string, string>, sessions: SessionAuthenticator) {
    this.#services = new Map([...trusted].map(([name, hash]) => [name, Buffer.from(hash, 'hex')]));
    this.#sessions = sessions;
  }

  async authenticate(authorization: string | undefined): Promise<Principal> {
    const token = bearer.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated();
    return token.startsWith(servicePrefix)
      ? this.#authenticateService(token.slice(servicePrefix.length))
      : await this.#sessions.authenticateSession(token);
  }

  #authenticateService(token: string): Principal {
    const dot = token.indexOf('.');
    const name = token.slice(0, dot);
    const expected = this.#services.get(name);
    const actual = createHash('sha256')
      .update(token.slice(dot + 1))
      .digest();
    if (!expected || !timingSafeEqual(expected, actual)) throw unauthenticated('The service token is not valid.');
    return { kind: 'service', name };
  }
}
