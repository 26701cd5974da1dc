import fc from 'fast-check';
import type { Cast } from './cast.ts';
import type { Finding, TargetResult } from './result.ts';
import { ForbiddenOutcome, type Kind, kinds, type Target } from './target.ts';

const atOnce = 8;
/** So many requests of a kind to a route in a row, before others have their turn. */
const longestRow = 6;
const replenishEvery = 150;
/** There is no use in telling more at once. */
const enoughFindings = 40;
/** A row ends then, also while a finding is being made smaller. */
const rowMs = 60_000;

interface CampaignOptions {
  targets: readonly Target[];
  cast: Cast;
  seed: number;
  /** Whether nothing more can be learnt: a process has ended. */
  isHopeless(): boolean;
  /** Told after each row how many requests were sent. */
  onProgress(sent: number): Promise<void>;
  onFinding(finding: Finding): void;
}

interface Row {
  target: Target;
  kind: Kind;
  number: number;
  length: number;
}

/** Requests of all kinds to all targets, some at once. */
export class Campaign {
  readonly findings: Finding[] = [];
  readonly #options: CampaignOptions;
  readonly #results: ReadonlyMap<Target, TargetResult>;
  #sent = 0;
  #replenishedAt = 0;
  #replenishing: Promise<void> | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#results = new Map(options.targets.map((target) => [target, emptyResult(target)]));
  }

  get results(): TargetResult[] {
    return [...this.#results.values()];
  }

  /** Every target gets as many requests of every kind. @throws the signal's reason */
  async run(requests: number, signal: AbortSignal): Promise<void> {
    const rows = rowsOf(this.#options.targets, requests);
    // One worker that fails ends the others, before the system is taken from them.
    const failure = new AbortController();
    const over = AbortSignal.any([signal, failure.signal]);
    const work = () => this.#work(rows, over).catch((error: unknown) => failure.abort(error));
    await Promise.all(Array.from({ length: atOnce }, work));
    over.throwIfAborted();
  }

  async #work(rows: Iterator<Row>, over: AbortSignal): Promise<void> {
    for (let row = rows.next(); !row.done; row = rows.next()) {
      // Who has ended answers nothing any more, which is told once.
      if (over.aborted || this.findings.length >= enoughFindings || this.#options.isHopeless()) return;
      await this.#replenishing;
      const { target, kind } = row.value;
      if (this.findings.some((finding) => finding.target === target.name && finding.kind === kind)) continue;
      const finding = await this.#send(row.value);
      if (finding) {
        this.findings.push(finding);
        this.#options.onFinding(finding);
      }
      this.#sent += row.value.length;
      await this.#options.onProgress(this.#sent);
      await this.#replenishNowAndThen();
    }
  }

  async #replenishNowAndThen(): Promise<void> {
    if (this.#sent - this.#replenishedAt < replenishEvery) return;
    this.#replenishedAt = this.#sent;
    this.#replenishing ??= this.#options.cast.replenish().finally(() => {
      this.#replenishing = undefined;
    });
    await this.#replenishing;
  }

  /** @returns what was found, with the request made as small as the time allows */
  async #send({ target, kind, number, length }: Row): Promise<Finding | undefined> {
    const counts = this.#results.get(target)?.answers[kind] ?? {};
    let isShrinking = false;
    const outcome = await fc.check(
      fc.asyncProperty(target.requests[kind], async (request) => {
        let status = 'FORBIDDEN';
        try {
          status = await target.attempt(request);
        } finally {
          // What is sent to make a finding smaller does not count.
          if (!isShrinking) counts[status] = (counts[status] ?? 0) + 1;
          isShrinking ||= status === 'FORBIDDEN';
        }
      }),
      {
        seed: seedOf(this.#options.seed, target.name, kind, number),
        numRuns: length,
        plugins: [fc.interruptAfterTimeLimit(rowMs)],
      },
    );
    // Without a counterexample its time was up.
    if (!outcome.failed || outcome.counterexample === null) return undefined;
    const { errorInstance: error, counterexample } = outcome;
    if (!(error instanceof ForbiddenOutcome)) throw error;
    const [request] = counterexample as unknown[];
    return { target: target.name, kind, request: fc.stringify(request), outcome: error.message };
  }
}

/** In turns, so that all are under attack at the same time. */
function* rowsOf(targets: readonly Target[], requests: number): Generator<Row, undefined> {
  let left = Math.ceil(requests / (targets.length * kinds.length));
  for (let number = 0; left > 0; number += 1) {
    const length = Math.min(left, longestRow);
    for (const target of targets) for (const kind of kinds) yield { target, kind, number, length };
    left -= length;
  }
  return undefined;
}

function emptyResult({ name, side }: Target): TargetResult {
  return { name, side, answers: { 'well-formed': {}, 'nearly well-formed': {}, hostile: {} } };
}

/** FNV-1a, so that a target's requests do not depend on which other targets there are. */
function seedOf(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of parts.join('|')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}
