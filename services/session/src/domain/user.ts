export type UserId = string & { readonly brand: 'UserId' };

export const roles = ['user', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a session acts as: a person in their role, or a service account. */
export type AccountRole = Role | 'service';

export interface User {
  userId: UserId;
  /** Lower-case. */
  email: string;
  role: Role;
  /** A disabled user cannot log in, and has no sessions. */
  disabled: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A user with what proves that it is them. Never leaves the service. */
export interface UserWithPassword extends User {
  /** Argon2id in PHC string format. */
  passwordHash: string;
}

/** E-mail addresses are compared without regard to case. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Length bounds of a password, in characters. The upper one keeps hashing from being a way to burn our time. */
export const passwordLength = { min: 12, max: 256 };
