import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import type { FaultySystem } from '../system/faulty-system.ts';
import type { FaultKind } from './fault-kinds.ts';

/** Something that was broken and mended. Times are on the history's clock. */
export interface Fault {
  kind: string;
  /** What exactly. */
  detail: string;
  beganAt: number;
  endedAt: number;
}

export interface NemesisOptions {
  system: FaultySystem;
  history: History;
  random: Random;
  kinds: readonly FaultKind[];
  pause(ms: number): Promise<void>;
}

/** Long enough for the caches to be trusted again and to be full when the next fault comes. */
const calmMs = [1500, 3000] as const;

/** Breaks one thing after the other. */
export class Nemesis {
  readonly faults: Fault[] = [];
  readonly #options: NemesisOptions;

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** Strikes until `isOver` says so; what was broken is then mended. Each kind comes once before any comes again. */
  async run(isOver: () => boolean): Promise<void> {
    const { system, random, kinds, pause } = this.#options;
    while (!isOver()) {
      for (const kind of random.shuffled(kinds)) {
        await pause(random.between(...calmMs));
        if (isOver()) return;
        await this.#strike(kind);
        for (const { process } of Object.values(system.replicas).flat()) await process.revive();
      }
    }
  }

  async #strike(kind: FaultKind): Promise<void> {
    const { system, history, random, pause } = this.#options;
    const beganAt = history.now();
    const detail = await kind.strike({ system, random, pause });
    this.faults.push({ kind: kind.name, detail, beganAt, endedAt: history.now() });
  }
}
