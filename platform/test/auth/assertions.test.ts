import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { assertionKeys, assertionPublicKeys, assertionPublicKeysOf } from '../../src/auth/assertion-keys.ts';
import { AssertionSigner, AssertionVerifier } from '../../src/auth/assertions.ts';
import { publicKeyOf } from '../../src/ed25519.ts';
import { StatusError } from '../../src/errors.ts';

const newSeed = () => randomBytes(32).toString('base64url');
const seed = newSeed();
const keys = assertionKeys.parse(seed);
const publicKeys = assertionPublicKeys.parse(assertionPublicKeysOf(seed));
const signer = new AssertionSigner(keys);
const verifier = new AssertionVerifier(publicKeys);
const identity = { userId: 'u', sessionId: 's', audience: 'document' };

type Parts = [header: string, payload: string, signature: string];
const partsOf = (assertion: string) => assertion.split('.') as Parts;
const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same assertion with other claims or another header, and a signature that somebody without the key can make. */
async function forged(change: { header?: object; claims?: object }, signature?: (input: string) => string) {
  const [header, payload, original] = partsOf(await signer.sign(identity));
  const input = [header, payload].map((part, index) =>
    encoded({ ...decoded(part), ...(index === 0 ? change.header : change.claims) }),
  );
  return [...input, signature ? signature(input.join('.')) : original].join('.');
}

/** Signed with the right key, but not by the signer. */
function signed(claims: Record<string, unknown>, { typ = 'assertion+jwt', expires = '60s' } = {}): Promise<string> {
  return new SignJWT({ sid: 's', ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys[0].keyId, typ })
    .setIssuer((claims.iss as string) ?? 'contract-reviewer/session')
    .setAudience((claims.aud as string) ?? 'document')
    .setSubject('u')
    .setJti('j')
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(keys[0].key);
}

const refusedFor = (assertion: string, audience = 'document') =>
  verifier.verify(assertion, audience).then(
    () => 'accepted',
    (error: unknown) => codeAndReason(error),
  );
/** As in `UNAUTHENTICATED ASSERTION_INVALID`. */
function codeAndReason(error: unknown): string {
  if (!(error instanceof StatusError)) throw error;
  return `${error.code} ${error.reason}`;
}

const invalid = 'UNAUTHENTICATED ASSERTION_INVALID';

describe('an assertion', () => {
  it('says whose session it is to the service that it was made for', async () => {
    expect(await verifier.verify(await signer.sign(identity), 'document')).toMatchObject(identity);
    expect(await refusedFor(await signed({}))).toBe('accepted');
  });

  it('is refused by any other service, also once it has been verified', async () => {
    const assertion = await signer.sign(identity);
    expect(await refusedFor(assertion, 'analysis')).toBe(invalid);
    expect(await refusedFor(assertion)).toBe('accepted');
    expect(await refusedFor(assertion, 'analysis')).toBe(invalid);
  });

  it('is refused when a claim was changed', async () => {
    expect(await refusedFor(await forged({ claims: { sub: 'another' } }))).toBe(invalid);
    expect(await refusedFor(await forged({ claims: { sid: 'another' } }))).toBe(invalid);
    expect(await refusedFor(await forged({ claims: { exp: 4_000_000_000 } }))).toBe(invalid);
  });

  it('is refused when it is not signed', async () => {
    expect(await refusedFor(await forged({ header: { alg: 'none' } }, () => ''))).toBe(invalid);
    expect(await refusedFor(await forged({}, () => ''))).toBe(invalid);
  });

  it('is refused when it is signed with the public key as if it were a shared secret', async () => {
    const publicKey = publicKeyOf(assertionPublicKeysOf(seed));
    const secrets = [
      Buffer.from(assertionPublicKeysOf(seed)),
      Buffer.from(assertionPublicKeysOf(seed), 'base64url'),
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
    ];
    for (const secret of secrets) {
      const hmac = (input: string) => createHmac('sha256', secret).update(input).digest('base64url');
      expect(await refusedFor(await forged({ header: { alg: 'HS256' } }, hmac))).toBe(invalid);
    }
  });

  it('is refused when another key signed it under the name of the right one', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = (input: string) => sign(null, Buffer.from(input), privateKey).toString('base64url');
    expect(await refusedFor(await forged({}, other))).toBe(invalid);
    // A key that is brought along counts as little.
    const jwk = privateKey.export({ format: 'jwk' });
    expect(await refusedFor(await forged({ header: { jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x } } }, other))).toBe(
      invalid,
    );
  });

  it('of a key that nobody published is refused as such', async () => {
    const stranger = new AssertionSigner(assertionKeys.parse(newSeed()));
    expect(await refusedFor(await stranger.sign(identity))).toBe('UNAUTHENTICATED ASSERTION_KEY_UNKNOWN');
  });

  it.each([
    ['another issuer', () => signed({ iss: 'contract-reviewer/gateway' })],
    ['another kind of token', () => signed({}, { typ: 'JWT' })],
    ['no session', () => signed({ sid: undefined })],
    ['a session that is no text', () => signed({ sid: 7 })],
    ['several audiences', () => signed({ aud: ['document', 'analysis'] })],
    ['no form at all', async () => 'x'],
    ['nothing', async () => ''],
    ['a header that is no JSON', async () => 'eA.eA.eA'],
  ])('with %s is refused', async (_what, make) => {
    expect(await refusedFor(await make())).toBe(invalid);
  });

  it('is refused when it has expired, also one that has been verified, and no clock has to be exact', async () => {
    expect(await refusedFor(await signed({}, { expires: '-20s' }))).toBe('accepted');
    expect(await refusedFor(await signed({}, { expires: '-40s' }))).toBe('UNAUTHENTICATED ASSERTION_EXPIRED');
    const assertion = await signer.sign(identity);
    expect(await refusedFor(assertion)).toBe('accepted');
    vi.useFakeTimers({ now: Date.now() + 100_000, toFake: ['Date'] });
    expect(await refusedFor(assertion)).toBe('UNAUTHENTICATED ASSERTION_EXPIRED');
    vi.useRealTimers();
  });

  it('that was verified once is known again without its key, unless others came in between', async () => {
    const published = new Map(publicKeys);
    const forgetful = new AssertionVerifier(published, 2);
    const assertions = await Promise.all(['1', '2', '3'].map((sessionId) => signer.sign({ ...identity, sessionId })));
    for (const assertion of assertions) await forgetful.verify(assertion, 'document');
    published.clear();
    const known = assertions.map((assertion) =>
      forgetful.verify(assertion, 'document').then(
        () => true,
        () => false,
      ),
    );
    expect(await Promise.all(known)).toEqual([false, true, true]);
  });
});

it('keys can be changed without a refused assertion: published, then first, then alone', async () => {
  const newer = newSeed();
  const publishedBoth = assertionPublicKeys.parse(assertionPublicKeysOf(`${seed},${newer}`));
  const steps = [`${seed},${newer}`, `${newer},${seed}`, newer];
  for (const seeds of steps) {
    const assertion = await new AssertionSigner(assertionKeys.parse(seeds)).sign(identity);
    expect(await new AssertionVerifier(publishedBoth).verify(assertion, 'document')).toMatchObject(identity);
  }
  const afterwards = new AssertionVerifier(assertionPublicKeys.parse(assertionPublicKeysOf(newer)));
  await expect(afterwards.verify(await signer.sign(identity), 'document')).rejects.toMatchObject({
    reason: 'ASSERTION_KEY_UNKNOWN',
  });
});

it.each(['', 'x', `${seed},`, `${seed} ${seed}`, `${seed}!`])(
  '%j is neither a private key nor a public one',
  (text) => {
    expect(assertionKeys.safeParse(text).success).toBe(false);
    expect(assertionPublicKeys.safeParse(text).success).toBe(false);
  },
);
