import { createHmac, hkdfSync } from 'node:crypto';
import { addressBlock } from '@contract-reviewer/platform/admission/address-block';
import { SessionError } from '../domain/errors.ts';
import type { Allowance, AttemptBudget, AttemptBudgets } from '../storage/attempt-budgets.ts';
import type { FamiliarAddressStore } from '../storage/familiar-address-store.ts';
import { AttemptLanes, type Lane, type Share } from './attempt-lanes.ts';

/** Whose password is tried, and by whom. */
export interface Attempt {
  /** Lower-case. There need not be such an account: that must not show. */
  email: string;
  /** The IP address that the attempt comes from. */
  clientAddress: string;
}

export interface AttemptAllowances {
  /** Of an account from an address from which it was logged in to of late. */
  familiar: Allowance;
  /** Of an account from all other addresses together. */
  account: Allowance;
  /** Of an address that is not familiar, for all accounts together. */
  address: Allowance;
}

const tenSeconds = 10_000;
const defaultAllowances: AttemptAllowances = {
  familiar: { attempts: 10, perMs: tenSeconds },
  account: { attempts: 3, perMs: tenSeconds },
  address: { attempts: 30, perMs: tenSeconds },
};

const day = 24 * 60 * 60 * 1000;
const familiarForMs = 30 * day;

/** Half of the threads that Node has for such work; files and names are looked up in them too. */
const attemptsAtOnce = 2;
/** About a second's worth. */
const maxWaiting = 64;
/** In each lane. Right passwords use up no budget, and one that is tried many times at once must leave room for others. */
const maxWaitingOfAccount = 4;
/** More than of an account, because an office is one address. */
const maxWaitingOfAddress = 8;
const busyRetryMs = 1000;

interface Claim {
  budget: AttemptBudget;
  key: string;
}

/**
 * Keeps passwords from being guessed, without locking their owners out: who guesses uses up budgets that refill within
 * seconds, and an address from which the owner has logged in before has a budget that nobody else can use up.
 *
 * Whether there is an account makes no difference to any of this.
 */
export class PasswordAttempts {
  readonly #budgets: AttemptBudgets;
  readonly #familiarAddresses: FamiliarAddressStore;
  readonly #hashKey: Buffer;
  readonly #familiar: AttemptBudget;
  readonly #account: AttemptBudget;
  readonly #address: AttemptBudget;
  readonly #lanes = new AttemptLanes(attemptsAtOnce, maxWaiting);

  /** @param secret that all replicas have; under another one, all that is known of addresses and attempts is forgotten */
  constructor(
    budgets: AttemptBudgets,
    familiarAddresses: FamiliarAddressStore,
    secret: string,
    allowances = defaultAllowances,
  ) {
    this.#budgets = budgets;
    this.#familiarAddresses = familiarAddresses;
    this.#hashKey = Buffer.from(hkdfSync('sha256', secret, '', 'contract-reviewer password attempts', 32));
    this.#familiar = budgets.budget('familiar', allowances.familiar);
    this.#account = budgets.budget('account', allowances.account);
    this.#address = budgets.budget('address', allowances.address);
  }

  /**
   * Tries a password, if it may be tried now. A right one costs nothing, and makes its address familiar.
   *
   * @param prove what a right password gives; undefined for a wrong one
   * @returns what `prove` returned
   * @throws {SessionError} too_many_attempts, with when to try again
   */
  async try<Proof>(
    { email, clientAddress }: Attempt,
    prove: () => Promise<Proof | undefined>,
  ): Promise<Proof | undefined> {
    const block = addressBlock(clientAddress);
    const pair = this.#hash('pair', email, block);
    const unseenMs = Date.now() - ((await this.#familiarAddresses.lastSeen(email, pair))?.getTime() ?? -Infinity);
    const isFamiliar = unseenMs < familiarForMs;
    const claims: Claim[] = isFamiliar
      ? [{ budget: this.#familiar, key: pair.toString('hex') }]
      : [
          { budget: this.#address, key: this.#hash('address', block).toString('hex') },
          { budget: this.#account, key: this.#hash('account', email).toString('hex') },
        ];
    const shares = [
      { key: `account ${email}`, maxWaiting: maxWaitingOfAccount },
      { key: `address ${block}`, maxWaiting: maxWaitingOfAddress },
    ];
    return this.#inTurn(isFamiliar ? 'familiar' : 'strange', shares, async () => {
      for (const { budget, key } of claims) {
        const waitMs = await budget.take(key);
        if (waitMs !== undefined) throw tooManyAttempts(waitMs);
      }
      const proof = await prove();
      if (proof !== undefined) {
        await Promise.all(claims.map(({ budget, key }) => budget.giveBack(key)));
        if (unseenMs > day) await this.#familiarAddresses.remember(email, pair, new Date());
      }
      return proof;
    });
  }

  /**
   * Hashes a password that somebody was given by an administrator, in turn with those that are tried.
   *
   * @throws {SessionError} too_many_attempts
   */
  hashGiven(hash: () => Promise<string>): Promise<string> {
    return this.#inTurn('familiar', [], hash);
  }

  /** Forgets what no longer counts. */
  async sweep(): Promise<void> {
    await this.#budgets.sweepExpired(new Date());
    await this.#familiarAddresses.forgetBefore(new Date(Date.now() - familiarForMs));
  }

  async #inTurn<T>(lane: Lane, shares: readonly Share[], work: () => Promise<T>): Promise<T> {
    if (this.#lanes.isFull(lane, shares)) throw tooManyAttempts(busyRetryMs);
    return this.#lanes.run(lane, shares, work);
  }

  /** Keeps addresses of both kinds out of the store. */
  #hash(...parts: string[]): Buffer {
    return createHmac('sha256', this.#hashKey).update(parts.join('\n')).digest();
  }
}

function tooManyAttempts(retryAfterMs: number): SessionError {
  return new SessionError('too_many_attempts', 'Too many attempts. Try again in a few seconds.', { retryAfterMs });
}
