import { randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { RefusalRecorder } from '@contract-reviewer/platform/audit/refusals';
import { isAdministrator, requireAdministrator, requirePerson } from './administrators.ts';
import { SessionError } from './domain/errors.ts';
import { isGuessable } from './domain/guessable-passwords.ts';
import { isNarrowed, type Session } from './domain/session.ts';
import { normalizeEmail, type Role, type User, type UserId, type UserWithPassword } from './domain/user.ts';
import type { Attempt, PasswordAttempts } from './passwords/password-attempts.ts';
import type { PasswordHasher } from './passwords/password-hasher.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import type { AccountState, Page, UserChange, UserPage, UserStore } from './storage/user-store.ts';

export interface AccountChange {
  role?: Role;
  disabled?: boolean;
  /** A new password in the clear; only its hash goes further. */
  password?: string;
}

/** Accounts: who people are, and how they prove it. */
export class Accounts {
  readonly #users: UserStore;
  readonly #refusals: RefusalRecorder;
  readonly #sessions: Sessions;
  readonly #passwords: PasswordHasher;
  readonly #attempts: PasswordAttempts;

  constructor(
    users: UserStore,
    refusals: RefusalRecorder,
    sessions: Sessions,
    passwords: PasswordHasher,
    attempts: PasswordAttempts,
  ) {
    this.#users = users;
    this.#refusals = refusals;
    this.#sessions = sessions;
    this.#passwords = passwords;
    this.#attempts = attempts;
  }

  /**
   * @param clientAddress the IP address that the call comes from
   * @throws {SessionError} invalid_credentials, the same for an unknown address, a wrong password, a disabled account;
   *   too_many_attempts
   */
  async login(credentials: { email: string; password: string }, clientAddress: string): Promise<OpenedSession> {
    const email = normalizeEmail(credentials.email);
    const user = await this.#users.findByEmail(email);
    const attempt = { email, clientAddress };
    const proved = await this.#tryPassword(attempt, credentials.password, user, async (verified) => verified);
    if (!proved) {
      // By address, so that known and unknown ones are treated alike, in time too.
      await this.#refusals.record(accountEvent('login_failed', user ? { userId: user.userId } : {}), email);
      throw new SessionError('invalid_credentials', 'E-mail address or password is wrong.');
    }
    return this.#sessions.openFull(proved);
  }

  /**
   * Replaces the caller's password and ends their other sessions.
   *
   * @param clientAddress the IP address that the call comes from
   * @throws {SessionError} not_a_person, session_is_narrowed, guessable_password, too_many_attempts; invalid_credentials
   *   if the current password is wrong
   */
  async changePassword(
    own: Session,
    { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
    clientAddress: string,
  ): Promise<void> {
    requirePerson(own);
    if (isNarrowed(own)) {
      throw new SessionError('session_is_narrowed', 'A narrowed session cannot change the password.');
    }
    const user = await this.#users.get(own.userId);
    if (user) requireUnguessable(newPassword, user.email);
    const passwordHash =
      user &&
      (await this.#tryPassword({ email: user.email, clientAddress }, currentPassword, user, () =>
        this.#passwords.hash(newPassword),
      ));
    const changed =
      user &&
      passwordHash !== undefined &&
      (await this.#users.update(
        own.userId,
        { passwordHash },
        {
          now: new Date(),
          events: [accountEvent('password_changed', { userId: own.userId, sessionId: own.sessionId })],
          keepSession: own.sessionId,
          ifPasswordHash: user.passwordHash,
        },
      ));
    if (!changed) {
      const refused = accountEvent('password_change_refused', { userId: own.userId, sessionId: own.sessionId });
      await this.#refusals.record(refused);
      throw new SessionError('invalid_credentials', 'The current password is wrong.');
    }
  }

  /** @throws {SessionError} not_an_administrator, guessable_password, email_taken, too_many_attempts */
  async createUser(own: Session, account: { email: string; password: string; role: Role }): Promise<User> {
    requireAdministrator(own);
    return this.#create(account, { userId: own.userId, sessionId: own.sessionId });
  }

  /**
   * Makes the first administrator, unless a user of that address exists.
   *
   * @returns whether it was made
   * @throws {SessionError} guessable_password
   */
  async ensureAdministrator(email: string, password: string): Promise<boolean> {
    if (await this.#users.findByEmail(normalizeEmail(email))) return false;
    try {
      await this.#create({ email, password, role: 'admin' }, {});
      return true;
    } catch (error) {
      // Another replica has made it at the same moment.
      if (error instanceof SessionError && error.kind === 'email_taken') return false;
      throw error;
    }
  }

  /** @throws {SessionError} user_not_found, also for users other than themselves to whom it is none of their business */
  async getUser(own: Session, userId: UserId): Promise<User> {
    const mayAsk = userId === own.userId || isAdministrator(own);
    const user = mayAsk ? await this.#users.get(userId) : undefined;
    if (!user) throw userNotFound();
    return user;
  }

  /** Whether there is an account, a person's or a service account, that somebody uses. */
  stateOf(accountId: UserId): Promise<AccountState> {
    return this.#users.stateOf(accountId);
  }

  /** Users by address. @throws {SessionError} not_an_administrator */
  async listUsers(own: Session, page: Page): Promise<UserPage> {
    requireAdministrator(own);
    return this.#users.list(page);
  }

  /** @throws {SessionError} not_an_administrator, user_not_found */
  async findUser(own: Session, email: string): Promise<User> {
    requireAdministrator(own);
    const user = await this.#users.findByEmail(normalizeEmail(email));
    if (!user) throw userNotFound();
    return user;
  }

  /**
   * @throws {SessionError} not_an_administrator, user_not_found, guessable_password, last_administrator,
   *   too_many_attempts
   */
  async updateUser(own: Session, userId: UserId, { password, ...change }: AccountChange): Promise<User> {
    requireAdministrator(own);
    const full: UserChange =
      password === undefined ? change : { ...change, passwordHash: await this.#hashFor(userId, password) };
    const event = accountEvent(
      'user_updated',
      { userId: own.userId, sessionId: own.sessionId },
      {
        updated_user_id: userId,
        ...change,
        ...(password === undefined ? {} : { password: 'reset' }),
      },
    );
    const user = await this.#users.update(userId, full, { now: new Date(), events: [event] });
    if (!user) throw userNotFound();
    return user;
  }

  async #hashFor(userId: UserId, password: string): Promise<string> {
    const user = await this.#users.get(userId);
    if (!user) throw userNotFound();
    requireUnguessable(password, user.email);
    return this.#attempts.hashGiven(() => this.#passwords.hash(password));
  }

  /**
   * @param whenRight done in the same turn if it is the password of a user who may log in
   * @returns what `whenRight` returned; undefined for a wrong password
   * @throws {SessionError} too_many_attempts
   */
  async #tryPassword<Proof>(
    attempt: Attempt,
    password: string,
    user: UserWithPassword | undefined,
    whenRight: (verified: UserWithPassword) => Promise<Proof>,
  ): Promise<Proof | undefined> {
    try {
      return await this.#attempts.try(attempt, async () => {
        const isRight = user
          ? await this.#passwords.verify(password, user.passwordHash)
          : await this.#passwords.verifyAgainstNobody(password);
        return user && isRight && !user.disabled ? whenRight(user) : undefined;
      });
    } catch (error) {
      if (error instanceof SessionError && error.kind === 'too_many_attempts') {
        const event = accountEvent('password_attempt_throttled', user ? { userId: user.userId } : {});
        await this.#refusals.record(event, attempt.email);
      }
      throw error;
    }
  }

  async #create(
    account: { email: string; password: string; role: Role },
    actor: Pick<NewAuditEvent, 'userId' | 'sessionId'>,
  ): Promise<User> {
    requireUnguessable(account.password, account.email);
    const now = new Date();
    const user: User = {
      userId: randomUUID() as string as UserId,
      email: normalizeEmail(account.email),
      role: account.role,
      disabled: false,
      createdAt: now,
      updatedAt: now,
    };
    const event = accountEvent('user_created', actor, { created_user_id: user.userId, role: user.role });
    const passwordHash = await this.#attempts.hashGiven(() => this.#passwords.hash(account.password));
    await this.#users.create({ ...user, passwordHash }, [event]);
    return user;
  }
}

/** @throws {SessionError} guessable_password */
function requireUnguessable(password: string, email: string): void {
  if (!isGuessable(password, email)) return;
  throw new SessionError(
    'guessable_password',
    'This password is among the first that attackers try: it is made of common words, runs, repetitions, or parts of ' +
      'the address. A few words that have nothing to do with each other make a good one.',
  );
}

function userNotFound(): SessionError {
  return new SessionError('user_not_found', 'There is no user of that id.');
}

function accountEvent(
  type:
    | 'login_failed'
    | 'password_attempt_throttled'
    | 'password_changed'
    | 'password_change_refused'
    | 'user_created'
    | 'user_updated',
  actor: Pick<NewAuditEvent, 'userId' | 'sessionId'>,
  details: Record<string, unknown> = {},
): NewAuditEvent {
  return { type, service: 'session', ...actor, details };
}
