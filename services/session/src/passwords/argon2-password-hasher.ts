import { type Algorithm, hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from './password-hasher.ts';

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, 2 iterations, 1 degree of parallelism. */
const parameters = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id (RFC 9106). Hashing runs in threads of its own. */
export class Argon2PasswordHasher implements PasswordHasher {
  /** Made before the first attempt, which would take longer otherwise. */
  readonly #nobody = this.hash('nobody has this password');

  hash(password: string): Promise<string> {
    return hash(password, parameters);
  }

  verify(password: string, passwordHash: string): Promise<boolean> {
    return verify(passwordHash, password);
  }

  async verifyAgainstNobody(password: string): Promise<false> {
    await this.verify(password, await this.#nobody);
    return false;
  }
}
