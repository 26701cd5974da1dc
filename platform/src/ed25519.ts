import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What PKCS #8 puts before the 32 bytes of an Ed25519 key (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
/** 32 bytes in base64url. */
const keyShape = /^[\w-]{43}$/;

/**
 * @param seed an Ed25519 private key (RFC 8032: 256 random bits) in base64url
 * @throws {TypeError} if it is something else
 */
export function privateKeyOf(seed: string): KeyObject {
  if (!keyShape.test(seed)) throw new TypeError('a key is 256 bits in base64url');
  const der = Buffer.concat([pkcs8Prefix, Buffer.from(seed, 'base64url')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** The 32 bytes of the public half of a key, in base64url. */
export function publicText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('not an Ed25519 key');
  return x;
}

/**
 * @param text the 32 bytes of a public key in base64url
 * @throws {TypeError} if it is something else
 */
export function publicKeyOf(text: string): KeyObject {
  if (!keyShape.test(text)) throw new TypeError('a public key is 256 bits in base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
}
