import { StatusError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { RedisConnection } from '../redis/connection.ts';
import { addressBlock } from './address-block.ts';
import { AdmissionGate, type Entered, type GateOptions, type Place } from './admission-gate.ts';
import type { AdmissionSettings } from './admission-settings.ts';
import { LoopDelay } from './loop-delay.ts';
import { RateLimit } from './rate-limit.ts';
import type { Work, WorkClass } from './work.ts';

export interface AdmissionOptions {
  /** Whose it is; Redis keys begin with it. */
  service: string;
  settings: AdmissionSettings & { REDIS_URL?: string | undefined };
  logger: Logger;
  gates?: Record<WorkClass, GateOptions>;
}

export const workClasses = ['light', 'large', 'heavy'] as const satisfies readonly WorkClass[];
export type Subject = 'user' | 'address';

const defaultGates: Record<WorkClass, GateOptions> = {
  // To refuse a read costs half of what it costs to do it. Where few may be inside or wait, a process that is asked for too
  // much does little but refuse, and what it does takes long because of that.
  light: { initial: 1024, min: 1024, max: 2048, waitingOfUser: 4, acceptableMs: 25, maxWaitMs: 1000 },
  // As many as there is memory for at once.
  large: { initial: 8, min: 4, max: 32, waitingOfUser: 1, acceptableMs: 250, maxWaitMs: 10_000 },
  heavy: { initial: 12, min: 4, max: 256, waitingOfUser: 1, acceptableMs: 250, maxWaitMs: 10_000 },
};
const adaptIntervalMs = 100;

/** What everything passes that a process is asked for from outside, before any of it is done. */
export class Admission implements AsyncDisposable {
  readonly gates: Readonly<Record<WorkClass, AdmissionGate>>;
  /** Absent: no limit. */
  readonly rateLimits: Readonly<Partial<Record<Subject, RateLimit>>>;
  readonly #redis: RedisConnection | undefined;
  readonly #loopDelay = new LoopDelay();
  readonly #timer: NodeJS.Timeout;

  constructor({ service, settings, logger, gates = defaultGates }: AdmissionOptions) {
    const { REDIS_URL: url, RATE_LIMIT_USER_POINTS: user, RATE_LIMIT_ADDRESS_POINTS: address } = settings;
    this.#redis = url === undefined ? undefined : new RedisConnection({ url, logger });
    const limit = (subject: Subject, points: number) =>
      new RateLimit({ prefix: `rate:${service}:${subject}`, points, redis: this.#redis });
    this.rateLimits = {
      ...(user > 0 && { user: limit('user', user) }),
      ...(address > 0 && { address: limit('address', address) }),
    };
    this.gates = {
      light: new AdmissionGate(gates.light),
      large: new AdmissionGate(gates.large),
      heavy: new AdmissionGate(gates.heavy),
    };
    this.#timer = setInterval(() => this.#adapt(), adaptIntervalMs).unref();
  }

  /** Begins to connect to Redis and goes on trying. */
  start(): void {
    this.#redis?.connect();
  }

  /** Asks for a place in the class of the work; see {@link AdmissionGate.enter}. */
  enter(work: Work, flow: string, entered: Entered): Place {
    return this.gates[work.class].enter(work, flow, entered);
  }

  /** Charges an IP address. @returns why the work may not begin */
  chargeAddress({ points }: Work, address: string): StatusError | undefined {
    const waitMs = this.rateLimits.address?.spend(addressBlock(address), points);
    return waitMs === undefined ? undefined : rateLimited('Your address', waitMs);
  }

  /** Charges a user. @returns why the work may not begin */
  chargeUser({ points }: Work, userId: string): StatusError | undefined {
    const waitMs = this.rateLimits.user?.spend(userId, points);
    return waitMs === undefined ? undefined : rateLimited('You', waitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#loopDelay[Symbol.dispose]();
    await this.#redis?.[Symbol.asyncDispose]();
  }

  #adapt(): void {
    const loopDelayMs = this.#loopDelay.take();
    for (const name of workClasses) this.gates[name].adapt(loopDelayMs);
  }
}

function rateLimited(who: string, retryAfterMs: number): StatusError {
  const verb = who === 'You' ? 'have' : 'has';
  const message = `${who} ${verb} asked for too much in too short a time. Wait as long as Retry-After says, then go on more slowly.`;
  return new StatusError('RESOURCE_EXHAUSTED', message, { reason: 'RATE_LIMITED', retryAfterMs });
}
