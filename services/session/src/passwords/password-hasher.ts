/** Turns passwords into what is safe to store. */
export interface PasswordHasher {
  /** @returns the hash in PHC string format, parameters and salt included */
  hash(password: string): Promise<string>;

  verify(password: string, passwordHash: string): Promise<boolean>;

  /** Takes as long as `verify` does, so that time does not tell which accounts exist. */
  verifyAgainstNobody(password: string): Promise<false>;
}
