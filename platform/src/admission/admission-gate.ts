import { AsyncResource } from 'node:async_hooks';
import { type Clock, type MonotonicMs, systemClock } from '../clock.ts';
import { StatusError } from '../errors.ts';
import { AdaptiveLimit, type LimitOptions } from './adaptive-limit.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import type { Work } from './work.ts';

export interface GateOptions extends LimitOptions {
  /** How many of one user may wait for each place. */
  waitingOfUser: number;
  /** Who has waited that long is refused. */
  maxWaitMs: number;
}

/** Told that the work may begin, or why it may not. */
export type Entered = (refusal: StatusError | undefined) => void;

/** Somebody's place, or their turn to get one. */
export interface Place {
  /** Whether the answer is still to come. */
  readonly isWaiting: boolean;
  /** Gives it up, whatever it is; again does nothing. */
  leave(): void;
}

/** A place is kept for that long. Who is not done by then waits for something else: a slow line, a long review. */
const longestStayMs = 10_000;
/** How many more of one user may wait for each place of what continues something, so that uploads do not push it out. */
const moreOfWhatContinues = 2;
/** How many of all users may wait for each place: at least, and where as many are let in before they waited too long. */
const waitingInAll = { min: 1, max: 8 };
/** What the rate since the last adjustment counts for in what is known of it. */
const rateWeight = 0.1;

/**
 * Lets in as much work at once as there is room for, and has a little more wait, in fairness to all flows. The rest is
 * refused at once, so that it costs little and can be tried elsewhere or later.
 */
export class AdmissionGate {
  readonly #limit: AdaptiveLimit;
  readonly #waitingOfUser: number;
  readonly #maxWaitMs: number;
  readonly #clock: Clock;
  /** In the order in which they came in. */
  readonly #inside = new Set<Visit>();
  readonly #queue = new FairQueue<Visit>();
  #wasUsedUp = false;
  #admitted = 0;
  #shed = 0;
  /** How many are let in each millisecond when there are more who ask. Not known: as many as may be. */
  #rate = Number.POSITIVE_INFINITY;
  /** When the limit was adjusted, and how many had been let in by then. */
  #adapted: { at: MonotonicMs; admitted: number };

  constructor({ waitingOfUser, maxWaitMs, ...limit }: GateOptions, clock = systemClock) {
    this.#limit = new AdaptiveLimit(limit);
    this.#waitingOfUser = waitingOfUser;
    this.#maxWaitMs = maxWaitMs;
    this.#clock = clock;
    this.#adapted = { at: clock.now(), admitted: 0 };
  }

  get limit(): number {
    return this.#limit.value;
  }

  get inside(): number {
    return this.#inside.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** How many were ever let in. */
  get admitted(): number {
    return this.#admitted;
  }

  /** How many were ever refused. */
  get shed(): number {
    return this.#shed;
  }

  /**
   * Asks for a place.
   *
   * @param flow whose work it is; all flows are treated alike
   * @param entered is called once, at once if that can be, and not at all if the place is left before
   */
  enter(work: Work, flow: string, entered: Entered): Place {
    const visit = new Visit(this, work, flow, entered, this.#clock.now());
    if (this.#inside.size < this.#limit.value && this.#queue.size === 0) {
      this.#admit(visit, visit.since);
      return visit;
    }
    this.#wasUsedUp = true;
    if (this.#makeRoomFor(visit)) {
      // Whoever makes room for it does so in the course of other work.
      visit.entered = AsyncResource.bind(entered);
      this.#queue.add(visit);
    } else this.#refuse(visit);
    return visit;
  }

  /** Adjusts the limit, and sees to those who have stayed or waited for long. @param loopDelayMs of late, on average */
  adapt(loopDelayMs: number): void {
    const now = this.#clock.now();
    this.#limit.adapt(loopDelayMs, this.#wasUsedUp);
    this.#observeRate(now);
    this.#wasUsedUp = false;
    for (const visit of this.#inside) {
      if (now - visit.since < longestStayMs) break;
      this.#inside.delete(visit);
    }
    for (const visit of this.#queue.all()) {
      if (now - visit.since > this.#maxWaitMs && this.#queue.delete(visit)) this.#refuse(visit);
    }
    this.#fill(now);
  }

  /** For {@link Place.leave}. */
  end(visit: Visit): void {
    if (visit.isWaiting) {
      visit.isWaiting = false;
      this.#queue.delete(visit);
    } else if (this.#inside.delete(visit)) {
      const now = this.#clock.now();
      this.#limit.observe(visit.work.name, now - visit.since);
      this.#fill(now);
    }
  }

  #observeRate(now: MonotonicMs): void {
    const { at, admitted } = this.#adapted;
    this.#adapted = { at: now, admitted: this.#admitted };
    // When nobody has to wait, it says how many ask.
    if (!this.#wasUsedUp || now === at) return;
    const rate = (this.#admitted - admitted) / (now - at);
    this.#rate = Number.isFinite(this.#rate) ? this.#rate + (rate - this.#rate) * rateWeight : rate;
  }

  #makeRoomFor({ flow, continues }: Visit): boolean {
    const own = this.#queue.sizeOf(flow);
    const limit = this.#limit.value;
    if (own >= limit * (this.#waitingOfUser + (continues ? moreOfWhatContinues : 0))) return false;
    // What continues something goes before the rest of its user's, so it is let in sooner than that.
    const inTime = continues ? Number.POSITIVE_INFINITY : this.#rate * this.#maxWaitMs;
    const most = Math.min(limit * waitingInAll.max, Math.max(limit * waitingInAll.min, inTime));
    if (this.#queue.size < most) return true;
    const displaced = this.#queue.takeFromLongest(own + 1);
    if (displaced) this.#refuse(displaced);
    return displaced !== undefined;
  }

  #fill(now: MonotonicMs): void {
    while (this.#inside.size < this.#limit.value) {
      const next = this.#queue.take();
      if (!next) return;
      this.#admit(next, now);
    }
  }

  #admit(visit: Visit, now: MonotonicMs): void {
    this.#admitted += 1;
    visit.isWaiting = false;
    visit.since = now;
    if (visit.work.keepsPlace) this.#inside.add(visit);
    visit.entered(undefined);
  }

  #refuse(visit: Visit): void {
    this.#shed += 1;
    visit.isWaiting = false;
    visit.entered(overloaded);
  }
}

class Visit implements Place, Waiting {
  readonly #gate: AdmissionGate;
  readonly work: Work;
  readonly flow: string;
  entered: Entered;
  isWaiting = true;
  /** When it came, and then when it was let in. */
  since: MonotonicMs;

  constructor(gate: AdmissionGate, work: Work, flow: string, entered: Entered, since: MonotonicMs) {
    this.#gate = gate;
    this.work = work;
    this.flow = flow;
    this.entered = entered;
    this.since = since;
  }

  get continues(): boolean {
    return this.work.continues;
  }

  leave(): void {
    this.#gate.end(this);
  }
}

/** One for all, because making an error costs more than refusing does. */
const overloaded = new StatusError(
  'RESOURCE_EXHAUSTED',
  'There is more to do right now than can be done. Nothing was begun: try again in a moment, and after a longer pause each time.',
  { reason: 'OVERLOADED', retryAfterMs: 1000 },
);
