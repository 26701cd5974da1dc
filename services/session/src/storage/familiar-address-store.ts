/** Addresses, as hashes, from which users have logged in. */
export interface FamiliarAddressStore {
  /** When the user of that e-mail address was last remembered there. There need not be such a user. */
  lastSeen(email: string, addressHash: Buffer): Promise<Date | undefined>;

  /** Remembers that the user logged in from there. The latest 20 addresses of a user are kept. */
  remember(email: string, addressHash: Buffer, now: Date): Promise<void>;

  /** Forgets where nobody logged in from since then. */
  forgetBefore(moment: Date): Promise<void>;
}
