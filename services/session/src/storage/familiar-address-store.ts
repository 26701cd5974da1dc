/** Addresses, as hashes, from which users have logged in. */
export interface FamiliarAddressStore {
  /** Whether the user of that e-mail address logged in from there, after `since`. There need not be such a user. */
  isFamiliar(email: string, addressHash: Buffer, since: Date): Promise<boolean>;

  /** Remembers that the user logged in from there. The latest 20 addresses of a user are kept. */
  remember(email: string, addressHash: Buffer, now: Date): Promise<void>;

  /** Forgets where nobody logged in from since then. */
  forgetBefore(moment: Date): Promise<void>;
}
