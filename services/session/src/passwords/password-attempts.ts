import { createHmac, hkdfSync } from 'node:crypto';
import { addressBlock } from '@contract-reviewer/platform/admission/address-block';
import { SessionError } from '../domain/errors.ts';
import type { Allowance, AttemptBudget, AttemptBudgets } from '../storage/attempt-budgets.ts';
import type { FamiliarAddressStore } from '../storage/familiar-address-store.ts';
import { AttemptLanes, type Lane } from './attempt-lanes.ts';

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
   * @param verify whether it is the right one
   * @returns what `verify` returned
   * @throws {SessionError} too_many_attempts, with when to try again
   */
  async try({ email, clientAddress }: Attempt, verify: () => Promise<boolean>): Promise<boolean> {
    const block = addressBlock(clientAddress);
    const pair = this.#hash('pair', email, block);
    const unseenMs = Date.now() - ((await this.#familiarAddresses.lastSeen(email, pair))?.getTime() ?? -Infinity);
    const isFamiliar = unseenMs < familiarForMs;
    const lane: Lane = isFamiliar ? 'familiar' : 'strange';
    if (this.#lanes.isFull(lane)) throw tooManyAttempts(busyRetryMs);

    const claims: Claim[] = isFamiliar
      ? [{ budget: this.#familiar, key: pair.toString('hex') }]
      : [
          { budget: this.#address, key: this.#hash('address', block).toString('hex') },
          { budget: this.#account, key: this.#hash('account', email).toString('hex') },
        ];
    return this.#lanes.run(lane, async () => {
      for (const { budget, key } of claims) {
        const waitMs = await budget.take(key);
        if (waitMs !== undefined) throw tooManyAttempts(waitMs);
      }
      const isRight = await verify();
      if (isRight) {
        await Promise.all(claims.map(({ budget, key }) => budget.giveBack(key)));
        if (unseenMs > day) await this.#familiarAddresses.remember(email, pair, new Date());
      }
      return isRight;
    });
  }

  /** Forgets what no longer counts. */
  async sweep(): Promise<void> {
    await this.#budgets.sweepExpired(new Date());
    await this.#familiarAddresses.forgetBefore(new Date(Date.now() - familiarForMs));
  }

  /** Keeps addresses of both kinds out of the store. */
  #hash(...parts: string[]): Buffer {
    return createHmac('sha256', this.#hashKey).update(parts.join('\n')).digest();
  }
}

function tooManyAttempts(retryAfterMs: number): SessionError {
  return new SessionError('too_many_attempts', 'Too many attempts. Try again in a few seconds.', { retryAfterMs });
}
