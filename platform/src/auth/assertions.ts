import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from '../bounded-map.ts';
import { StatusError } from '../errors.ts';
import type { SigningKeys, VerificationKeys } from './assertion-keys.ts';

/**
 * Assertions: who a call is made for, signed by the session service for one audience (RFC 7519, RFC 8725).
 *
 * They say who, and nothing of whether: that the session still lives and what it may do is asked of the session service,
 * and trusted no longer than its answer says. So they may outlive a revocation.
 */

/** What an assertion says. */
export interface AssertedIdentity {
  userId: string;
  sessionId: string;
  /** The service that it was made for. */
  audience: string;
}

const issuer = 'contract-reviewer/session';
/** So that no other token that these keys might sign one day passes for an assertion. */
const type = 'assertion+jwt';
const algorithm = 'EdDSA';

export const assertionLifetimeSeconds = 60;
/** The clocks of two machines may differ that much. Nothing is kept safe by the end of an assertion. */
const clockToleranceSeconds = 30;

/** Reasons of a refused assertion for which a new one helps. */
export const renewableRefusals: ReadonlySet<string> = new Set(['ASSERTION_EXPIRED', 'ASSERTION_KEY_UNKNOWN']);

export class AssertionSigner {
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  sign({ userId, sessionId, audience }: AssertedIdentity): Promise<string> {
    const [{ key, keyId }] = this.#keys;
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, kid: keyId, typ: type })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${assertionLifetimeSeconds}s`)
      .sign(key);
  }
}

export interface VerifiedAssertion extends AssertedIdentity {
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Verifies assertions; one that it has seen before costs a look into a map. */
export class AssertionVerifier {
  readonly #keys: VerificationKeys;
  readonly #verified: BoundedMap<VerifiedAssertion>;

  constructor(keys: VerificationKeys, maxRemembered = 10_000) {
    this.#keys = keys;
    this.#verified = new BoundedMap(maxRemembered);
  }

  /**
   * @param audience whom it must have been made for
   * @throws {StatusError} UNAUTHENTICATED with the reason ASSERTION_EXPIRED, ASSERTION_KEY_UNKNOWN or ASSERTION_INVALID
   */
  async verify(assertion: string, audience: string): Promise<VerifiedAssertion> {
    const verified = this.#verified.get(assertion) ?? (await this.#verifyNow(assertion));
    if (Date.now() > verified.expiresAt + clockToleranceSeconds * 1000) throw refusal('ASSERTION_EXPIRED');
    if (verified.audience !== audience) throw invalidAssertion();
    return verified;
  }

  async #verifyNow(assertion: string): Promise<VerifiedAssertion> {
    try {
      const { kid = '' } = decodeProtectedHeader(assertion);
      const key = this.#keys.get(kid);
      if (!key) throw refusal('ASSERTION_KEY_UNKNOWN');
      const { payload } = await jwtVerify<{ sid: unknown }>(assertion, key, {
        algorithms: [algorithm],
        issuer,
        typ: type,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['aud', 'sub', 'sid', 'iat', 'exp', 'jti'],
      });
      const { sub, sid, aud, exp = 0 } = payload;
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof aud !== 'string') {
        throw invalidAssertion();
      }
      const verified = { userId: sub, sessionId: sid, audience: aud, expiresAt: exp * 1000 };
      this.#verified.set(assertion, verified);
      return verified;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refusal('ASSERTION_EXPIRED', error);
      // A header that cannot be read is a TypeError.
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw refusal('ASSERTION_INVALID', error);
      throw error;
    }
  }
}

export function invalidAssertion(): StatusError {
  return refusal('ASSERTION_INVALID');
}

type AssertionFault = 'ASSERTION_EXPIRED' | 'ASSERTION_KEY_UNKNOWN' | 'ASSERTION_INVALID';

function refusal(reason: AssertionFault, cause?: unknown): StatusError {
  return new StatusError('UNAUTHENTICATED', 'The assertion of the user is not valid here.', { reason, cause });
}
