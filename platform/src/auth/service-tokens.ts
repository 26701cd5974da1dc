import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const scheme = 'Bearer ';
/** Names of schemes have no case; see https://www.rfc-editor.org/rfc/rfc9110#section-11.1. */
const bearer = /^bearer +(\S+)$/i;
const servicePrefix = 'service.';
const serviceTokenShape = /^service\.([^.]*)\.(.*)$/;

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

/** The token of `authorization` metadata; undefined if there is none. */
export function bearerTokenIn(authorization: string | undefined): string | undefined {
  return bearer.exec(authorization ?? '')?.[1];
}

/** Whether a token says that it is a service's. */
export function isServiceToken(token: string): boolean {
  return token.startsWith(servicePrefix);
}

/** The tokens of the services that may call, of which only the hashes are known. */
export class ServiceTokens {
  readonly #hashes: ReadonlyMap<string, readonly Buffer[]>;

  constructor(trusted: TrustedServices) {
    this.#hashes = new Map(
      [...trusted].map(([name, hashes]) => [name, hashes.map((digest) => Buffer.from(digest, 'hex'))]),
    );
  }

  /** The service whose token it is; undefined if it is nobody's. */
  nameOf(token: string): string | undefined {
    const [, name = '', secret = ''] = serviceTokenShape.exec(token) ?? [];
    const actual = hash('sha256', secret, 'buffer');
    const isOwn = this.#hashes.get(name)?.some((expected) => timingSafeEqual(expected, actual)) ?? false;
    return isOwn ? name : undefined;
  }
}
