/** So many attempts in so much time, under each key. */
export interface Allowance {
  attempts: number;
  /** From the first attempt on; then it is all there again. */
  perMs: number;
}

export interface AttemptBudget {
  /**
   * Takes an attempt, whichever replica asks.
   *
   * @returns undefined if there was one, else in how many milliseconds there will be
   */
  take(key: string): Promise<number | undefined>;

  /** Gives an attempt back that was taken. */
  giveBack(key: string): Promise<void>;
}

export interface AttemptBudgets {
  /** @param name tells its keys from those of other budgets */
  budget(name: string, allowance: Allowance): AttemptBudget;

  /** Forgets what no longer counts. */
  sweepExpired(now: Date): Promise<void>;
}
