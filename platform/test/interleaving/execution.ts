import { hash } from 'node:crypto';
import { CoherentCache } from '../../src/cache/coherent-cache.ts';
import { Invalidator } from '../../src/cache/invalidator.ts';
import { leaseKey } from '../../src/cache/redis-cache.ts';
import { TrustLease } from '../../src/cache/trust-lease.ts';
import { createLogger } from '../../src/log.ts';
import { type Fault, type Mechanism, Replica, World } from './world.ts';

/** Who takes part in an execution, each as a process of its own. */
export const actors = ['writer', 'deleter', 'reader', 'second reader', 'refresher', 'sweeper'] as const;
export type Actor = (typeof actors)[number];

export interface Scope {
  actors: readonly Actor[];
  fault: Fault;
  /** How often each reader reads. */
  reads: number;
  without?: Mechanism;
}

/** A read that answered with less than was acknowledged before it began. */
export class StaleReadError extends Error {
  override readonly name = 'StaleReadError';
}

type Row = { version: number };

const key = 'document:1';
const logger = createLogger({ service: 'interleaving', level: 'silent' });
const codec = { version: 1, toJson: (row: Row) => row, fromJson: (json: unknown) => json as Row };
/** A little more than the trust lease and the writers' margin. */
const leapMs = 1060;
/** Whether another Redis process takes over. Before it is used, time must pass a second time. */
function changesRedis(fault: Fault): boolean {
  return fault.startsWith('restart') || fault.startsWith('fail over');
}

/**
 * One execution of the protocol's own code in a scope: it starts with a cached value that everybody trusts, then every
 * actor does its one thing, while the fault happens at some step and time passes at some steps.
 */
export class Execution {
  readonly world: World;
  readonly #scope: Scope;
  readonly #replicas = new Map<Actor, Replica>();
  #acknowledged = 1;
  #leaps = 0;
  #isFaultDue: boolean;
  readonly #reads: string[] = [];
  #violation: StaleReadError | undefined;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.world = new World(scope.without);
    this.#isFaultDue = scope.fault !== 'none';
  }

  /** Warms every replica's trust and the cached value, in a fixed order, then lets the actors begin. */
  async begin(): Promise<void> {
    const { world } = this;
    const starts: (() => Promise<void>)[] = [];
    for (const actor of this.#scope.actors) {
      const replica = new Replica(world, actor);
      this.#replicas.set(actor, replica);
      const trust = new TrustLease(replica.server, replica.log, replica.clock, logger);
      const cache = new CoherentCache(replica.server, replica.log, logger, replica.clock);
      const load = () => replica.step('load', () => (world.row.isDeleted ? undefined : { version: world.row.version }));
      const rows = cache.family<Row>({ name: 'row', ttlMs: 3_600_000, codec });
      const warm = rows.read(key, load);
      await this.#runToEnd();
      await warm;
      starts.push(this.#behaviour(actor, replica, trust, rows, load, cache));
    }
    world.oldRedis = new Map(world.redis.data);
    world.schedule.trace.length = 0;
    for (const start of starts) {
      start().catch((error: unknown) => this.#reads.push(`failed: ${(error as Error).message}`));
    }
  }

  /** What may happen next; empty when the execution is over. */
  async options(): Promise<string[]> {
    const steps = await this.world.schedule.options();
    if (this.#violation) throw this.#violation;
    const waiting = this.world.schedule.waiting();
    if (waiting.length === 0) return [];
    // Time passes as often as is needed for all to be over, but freely only a few times.
    const mayLeap = this.#leaps < (changesRedis(this.#scope.fault) ? 2 : 1) || steps.length === 0;
    return [
      ...steps,
      ...(this.#isFaultDue ? this.#faultTargets().map((target) => `fault: ${this.#scope.fault} ${target}`) : []),
      ...(mayLeap ? ['time passes'] : []),
    ];
  }

  take(options: readonly string[], index: number): void {
    const label = options[index] as string;
    if (label === 'time passes') {
      this.#leaps += 1;
      this.world.now += leapMs;
      this.world.schedule.trace.push(label);
    } else if (label.startsWith('fault: ')) {
      this.#isFaultDue = false;
      this.world.schedule.trace.push(label);
      this.#strike(label.slice(`fault: ${this.#scope.fault} `.length) as Actor);
    } else {
      this.world.schedule.take(index);
    }
  }

  /** Two executions in the same state have the same future. */
  fingerprint(): string {
    const seen = [...this.#replicas.values()].map((replica) => [replica.seen, replica.commandFault, replica.isCutOff]);
    const { schedule } = this.world;
    const state = JSON.stringify([
      this.world.state(),
      seen,
      schedule.waiting(),
      this.#acknowledged,
      this.#leaps,
      this.#isFaultDue,
      this.#reads,
    ]);
    // Hundreds of thousands of them are kept, and a state itself is long.
    return hash('sha256', state, 'base64');
  }

  #behaviour(
    actor: Actor,
    replica: Replica,
    trust: TrustLease,
    rows: ReturnType<CoherentCache['family']>,
    load: () => Promise<Row | undefined>,
    cache: CoherentCache,
  ): () => Promise<void> {
    switch (actor) {
      case 'writer':
      case 'deleter':
        return () => this.#write(actor, replica, cache);
      case 'reader':
      case 'second reader':
        return async () => {
          for (let read = 0; read < this.#scope.reads; read += 1) await this.#read(actor, rows, load);
        };
      case 'refresher':
        return () => this.#begins(actor).then(() => rows.refill(key, load));
      case 'sweeper':
        return () =>
          this.#begins(actor).then(() =>
            new Invalidator(replica.server, replica.log, trust, replica.clock, logger).sweep(),
          );
    }
  }

  async #write(actor: 'writer' | 'deleter', replica: Replica, cache: CoherentCache): Promise<void> {
    const { world } = this;
    const id = `${actor}'s invalidation`;
    const version = await replica.step('commit', () => {
      world.row = { version: world.row.version + 1, isDeleted: actor === 'deleter' || world.row.isDeleted };
      world.rows.push({ id, keys: [key], undelivered: false, createdAt: world.now, isClaimed: false });
      return world.row.version;
    });
    if (world.without === 'a write is acknowledged after its invalidation') this.#acknowledge(version);
    await cache.invalidator.settle([{ id, keys: [key] }]);
    // The refill that follows in the product is an actor of its own, the refresher.
    this.#acknowledge(version);
  }

  /** Things begin at a step of their own, so that they may come after anything else. */
  #begins(actor: Actor): Promise<void> {
    return this.world.schedule.step(`${actor}: begins`, () => undefined);
  }

  #acknowledge(version: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, version);
  }

  async #read(
    actor: Actor,
    rows: ReturnType<CoherentCache['family']>,
    load: () => Promise<Row | undefined>,
  ): Promise<void> {
    await this.#begins(actor);
    const owed = this.#acknowledged;
    this.#reads.push(`${actor} is owed ${owed}`);
    const row = (await rows.read(key, load)) as Row | undefined;
    const deletedAt = this.world.row.isDeleted ? this.world.row.version : 0;
    const read = row?.version ?? deletedAt;
    this.#reads.push(`${actor} read ${read}`);
    if (read < owed) {
      this.#violation = new StaleReadError(
        `${actor} read version ${read} after ${owed} was acknowledged:\n  ${this.world.schedule.trace.join('\n  ')}`,
      );
    }
  }

  #faultTargets(): readonly string[] {
    switch (this.#scope.fault) {
      case 'crash':
        return this.#scope.actors.filter((actor) => actor === 'writer' || actor === 'deleter');
      case 'lose a command':
      case 'lose a reply':
      case 'delay a command':
      case 'cut a replica off':
      case 'fail over a replica':
        return this.#scope.actors;
      default:
        return ['now'];
    }
  }

  #strike(target: Actor): void {
    const { world } = this;
    const replica = this.#replicas.get(target) as Replica;
    switch (this.#scope.fault) {
      case 'none':
        return;
      case 'crash':
        world.schedule.drop((label) => label.startsWith(`${target}: `));
        return;
      case 'evict value':
        world.redis.data.delete(key);
        return;
      case 'evict lease':
        world.redis.data.delete(leaseKey(key));
        return;
      case 'flush':
        world.redis.data.clear();
        return;
      case 'restart empty':
        world.redis = world.startRedis(new Map());
        return;
      case 'restart with old data':
        world.redis = world.startRedis(world.oldRedis);
        return;
      case 'cut a replica off':
        replica.isCutOff = true;
        return;
      case 'fail over a replica':
        replica.ownRedis = world.startRedis(world.oldRedis);
        return;
      case 'fail over all but the reader': {
        const reader = this.#replicas.get('reader');
        if (reader) reader.ownRedis = world.redis;
        world.redis = world.startRedis(world.oldRedis);
        return;
      }
      case 'lose a command':
      case 'lose a reply':
      case 'delay a command':
        replica.commandFault = this.#scope.fault;
    }
  }

  async #runToEnd(): Promise<void> {
    while ((await this.world.schedule.options()).length > 0) this.world.schedule.take(0);
  }
}
