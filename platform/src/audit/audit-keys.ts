import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { privateKeyOf } from '../ed25519.ts';

const signInThread = promisify(sign);

/** A public key of a log, and who vouches for it. */
export interface AuditKey {
  keyId: string;
  /** SubjectPublicKeyInfo in DER, in base64. */
  publicKey: string;
  /** The key before this one; absent for the first. */
  predecessor?: KeyLink | undefined;
}

/** Two keys that vouch for each other: who trusts the one trusts the other. */
export interface KeyLink {
  keyId: string;
  /** The predecessor's signature over this key. */
  endorsement: string;
  /** This key's signature over the predecessor. */
  acknowledgement: string;
}

/** A private key that signs entries and heads. */
export class AuditSigner {
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER, in base64. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
    this.keyId = keyIdOf(this.publicKey);
  }

  /**
   * @param seeds Ed25519 private keys (RFC 8032: 256 random bits) in base64url, separated by commas or space, the newest
   *   first
   * @returns a signer for each
   * @throws {TypeError} if there is none, or if something else is among them
   */
  static fromSeeds(seeds: string): [AuditSigner, ...AuditSigner[]] {
    const [newest, ...older] = seeds
      .split(/[\s,]+/)
      .filter((seed) => seed !== '')
      .map((seed) => new AuditSigner(privateKeyOf(seed)));
    if (!newest) throw new TypeError('no key');
    return [newest, ...older];
  }

  /** Signs in a thread of Node's pool. @returns an Ed25519 signature (RFC 8032) in base64 */
  async sign(statement: Buffer): Promise<string> {
    return (await signInThread(null, statement, this.#privateKey)).toString('base64');
  }

  /** This key as the successor of another one of the same log. */
  async succeed(logId: string, predecessor: AuditSigner): Promise<AuditKey> {
    return {
      keyId: this.keyId,
      publicKey: this.publicKey,
      predecessor: {
        keyId: predecessor.keyId,
        endorsement: await predecessor.sign(keyStatement(logId, this.publicKey)),
        acknowledgement: await this.sign(keyStatement(logId, predecessor.publicKey)),
      },
    };
  }
}

/** The first 16 digits of the SHA-256 of the DER form, in hexadecimal. */
function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 16);
}

/** Keys whose signatures count. */
export class TrustedKeys {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** What was signed when that was last asked: entries that share a signature come one after the other. */
  #lastSigned: string | undefined;

  private constructor(keys: ReadonlyMap<string, KeyObject>) {
    this.#keys = keys;
  }

  /**
   * @param anchors public keys in base64 that are trusted to begin with
   * @param known other keys of that log, which are trusted if a chain of signatures leads from an anchor to them
   */
  static of(logId: string, anchors: readonly string[], known: readonly AuditKey[]): TrustedKeys {
    const trusted = new Map<string, KeyObject>();
    for (const anchor of anchors) trusted.set(keyIdOf(anchor), publicKeyObject(anchor));
    const publicKeys = new Map(known.map((key) => [key.keyId, key.publicKey]));
    for (let before = -1; before < trusted.size; ) {
      before = trusted.size;
      for (const { keyId, publicKey, predecessor } of known) {
        const earlier = predecessor && publicKeys.get(predecessor.keyId);
        if (!predecessor || earlier === undefined) continue;
        const vouch = (by: string, signature: string, candidate: string, candidateId: string) => {
          const voucher = trusted.get(by);
          if (!voucher || trusted.has(candidateId) || keyIdOf(candidate) !== candidateId) return;
          if (!isSignedBy(voucher, keyStatement(logId, candidate), signature)) return;
          trusted.set(candidateId, publicKeyObject(candidate));
        };
        vouch(predecessor.keyId, predecessor.endorsement, publicKey, keyId);
        vouch(keyId, predecessor.acknowledgement, earlier, predecessor.keyId);
      }
    }
    return new TrustedKeys(trusted);
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  isSigned(keyId: string, statement: Buffer, signature: string): boolean {
    const asked = `${keyId} ${signature} ${statement.toString('base64')}`;
    if (asked === this.#lastSigned) return true;
    const key = this.#keys.get(keyId);
    if (!key || !isSignedBy(key, statement, signature)) return false;
    this.#lastSigned = asked;
    return true;
  }
}

function keyStatement(logId: string, publicKey: string): Buffer {
  return Buffer.from(`contract-reviewer audit key v1\n${logId}\n${publicKey}`);
}

function isSignedBy(key: KeyObject, statement: Buffer, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  // Base64 has many texts for the same bytes, and a text that was changed is not what was signed.
  return bytes.toString('base64') === signature && verify(null, statement, key, bytes);
}

function publicKeyObject(publicKey: string): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
}
