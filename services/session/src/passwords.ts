import { type Algorithm, hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, 2 iterations, 1 degree of parallelism. */
const parameters = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Length bounds, in characters. The upper one keeps hashing from being a way to burn our time. */
export const passwordLength = { min: 12, max: 256 };

/** @returns the hash in PHC string format, parameters and salt included */
export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

export function verifyPassword(password: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, password);
}

let unknownAccountHash: Promise<string> | undefined;

/** Takes as long as `verifyPassword` does, so that time does not tell which accounts exist. */
export async function verifyAgainstNobody(password: string): Promise<false> {
  unknownAccountHash ??= hashPassword('nobody has this password');
  await verifyPassword(password, await unknownAccountHash);
  return false;
}
