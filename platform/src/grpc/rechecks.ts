import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity, Principal } from '../auth/principal.ts';
import { type StatusError, unavailable } from '../errors.ts';
import { type RequestContext, runInRequest } from '../request-context.ts';

/** What lets a call go on. It throws when that is over. */
export type Recheck = (principal: Principal) => unknown;

/**
 * How often a call that goes on is checked, and how long a check may take. What was taken from a caller is acknowledged
 * no sooner than a trust period later, so the call ends less than half a second after the acknowledgement, also when the
 * check itself hangs.
 */
const intervalMs = 400;
const patienceMs = 1000;

/** Asks again and again whether a call may go on. */
export class Rechecks implements Disposable {
  readonly #identity: Identity;
  readonly #request: RequestContext;
  readonly #end: (reason: unknown) => void;
  readonly #checks: Recheck[] = [];
  readonly #over = new AbortController();
  #isRunning = false;
  #reason: unknown;

  /**
   * @param identity whose session is checked first
   * @param request that is being served
   * @param end told what was thrown, once; then no more is checked
   */
  constructor(identity: Identity, request: RequestContext, end: (reason: unknown) => void) {
    this.#identity = identity;
    this.#request = request;
    this.#end = end;
  }

  /** Why the call may not go on; undefined as long as it may. */
  get reason(): unknown {
    return this.#reason;
  }

  add(check: Recheck): void {
    this.#checks.push(check);
    this.start();
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // What the checks read is no part of the answer, whose trailer tells where it was read.
    const request = { ...this.#request, cacheHits: 0, cacheMisses: 0 };
    void runInRequest(request, () => this.#run(this.#over.signal));
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #run(over: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await sleep(intervalMs, undefined, { signal: over });
        await this.#checkInTime();
      }
    } catch (error) {
      if (over.aborted) return;
      this.#reason = error;
      this.#end(error);
    }
  }

  async #checkInTime(): Promise<void> {
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => tooLate.reject(undecided()), patienceMs);
    try {
      await Promise.race([this.#check(), tooLate.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #check(): Promise<void> {
    const principal = await this.#identity.current();
    for (const check of this.#checks) await check(principal);
  }
}

function undecided(): StatusError {
  return unavailable('It cannot be found out now whether you still may. Try again shortly.');
}
