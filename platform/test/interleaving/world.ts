import type { CacheState, InvalidationLog } from '../../src/cache/invalidation-log.ts';
import { type CacheServer, type LeaseToken, leaseKey } from '../../src/cache/redis-cache.ts';
import type { Clock, MonotonicMs } from '../../src/clock.ts';
import type { Invalidation } from '../../src/pg/database.ts';
import { Schedule } from './schedule.ts';

/** What may go wrong at any step, once per execution. */
export const faults = [
  'none',
  'crash',
  'evict value',
  'evict lease',
  'flush',
  'restart empty',
  'restart with old data',
  'lose a command',
  'lose a reply',
  'delay a command',
  'cut a replica off',
  'fail over a replica',
  'fail over all but the reader',
] as const;
export type Fault = (typeof faults)[number];

/** Another Redis is used only by who has seen it three times: to register it, to wait, to put it in force. */
export const readsToTrustAnotherRedis = 3;

/** The mechanisms of the protocol, each of which can be switched off to see that it is needed. */
export const mechanisms = [
  'a fill needs a live lease',
  'an invalidation removes the lease',
  'a write is acknowledged after its invalidation',
  'what is undelivered is marked',
  'a mark keeps readers from Redis',
  'a writer that could not deliver waits',
  'trust runs out',
  'another Redis raises the epoch',
  'another Redis is not used before old trust has run out',
  'Redis is recognized by its run id',
] as const;
export type Mechanism = (typeof mechanisms)[number];

interface InvalidationRow extends Invalidation {
  undelivered: boolean;
  createdAt: number;
  isClaimed: boolean;
}

const leftBehindAfterMs = 2000;

/** A Redis process with its data. */
export class RedisProcess {
  readonly runId: string;
  readonly data: Map<string, string>;

  constructor(runId: string, data: Map<string, string>) {
    this.runId = runId;
    this.data = data;
  }

  state(): unknown {
    return [this.runId, entriesOf(this.data)];
  }
}

/** Models of PostgreSQL, Redis and time that all replicas of one execution share. */
export class World {
  readonly schedule = new Schedule();
  readonly without: Mechanism | undefined;
  now = 0;
  /** The row that everything is about: each committed write has the next version; a deleted row reads as undefined. */
  row = { version: 1, isDeleted: false };
  epoch = { number: 1, runId: 'redis-1' as string | undefined, inForce: true };
  rows: InvalidationRow[] = [];
  redis = new RedisProcess('redis-1', new Map());
  /** What Redis held when the execution began: what a dump, or a replica that lags behind, would have. */
  oldRedis = new Map<string, string>();
  #tokens = 0;
  #redisProcesses = 1;

  constructor(without?: Mechanism) {
    this.without = without;
  }

  newToken(): LeaseToken {
    this.#tokens += 1;
    return `token-${this.#tokens}` as LeaseToken;
  }

  /** Another Redis process, which starts with this data. */
  startRedis(data: Map<string, string>): RedisProcess {
    this.#redisProcesses += 1;
    return new RedisProcess(`redis-${this.#redisProcesses}`, new Map(data));
  }

  /** Everything that the future of the execution depends on, but for what replicas have seen. */
  state(): unknown {
    const rows = this.rows.map(({ id: _, ...row }) => row);
    return [this.now, this.row, this.epoch, rows, this.redis.state(), entriesOf(this.oldRedis)];
  }
}

function entriesOf(data: ReadonlyMap<string, string>): [string, string][] {
  return [...data].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** One process: its connections to the two stores, its clock, and all that it has seen. */
export class Replica {
  readonly name: string;
  readonly server: CacheServer;
  readonly log: InvalidationLog;
  readonly clock: Clock;
  /** What it has seen, in order. Its own memory is a function of this, because the code is deterministic. */
  readonly seen: string[] = [];
  /** The next command to Redis meets this fault. */
  commandFault: 'lose a command' | 'lose a reply' | 'delay a command' | undefined;
  isCutOff = false;
  /** Set when it has failed over to a Redis that the others do not see. */
  ownRedis: RedisProcess | undefined;
  readonly #world: World;
  #sentCommands = 0;
  #endedCommands = 0;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.server = modelServer(world, this);
    this.log = modelLog(world, this);
    this.clock = {
      now: () => this.#lookAtClock(),
      sleep: (ms) => {
        const isPatient = ms < 1000 || world.without !== 'a writer that could not deliver waits';
        const until = world.now + (isPatient ? ms : 0);
        return world.schedule.step(
          `${name}: sleeps until ${until}`,
          () => void this.seen.push('slept'),
          () => world.now >= until,
        );
      },
    };
  }

  /** A look at the clock is something seen, since what is remembered depends on it. */
  #lookAtClock(): MonotonicMs {
    const now = this.#world.without === 'trust runs out' ? 0 : this.#world.now;
    const sight = `at ${now}`;
    if (this.seen.at(-1) !== sight) this.seen.push(sight);
    return now as MonotonicMs;
  }

  get redis(): RedisProcess {
    return this.ownRedis ?? this.#world.redis;
  }

  /** An effect of this replica. The result is part of what it has seen. */
  async step<T>(what: string, effect: () => T, isReady?: () => boolean): Promise<T> {
    const seen = () => {
      try {
        const result = effect();
        this.seen.push(`${what} -> ${JSON.stringify(result)}`);
        return result;
      } catch (error) {
        this.seen.push(`${what} !! ${(error as Error).message}`);
        throw error;
      }
    };
    return this.#world.schedule.step(`${this.name}: ${what}`, seen, isReady);
  }

  /** A command to Redis, which comes after those that were sent before, and can get lost, lose its reply, or be late. */
  async command<T>(what: string, carryOut: (data: Map<string, string>) => T): Promise<T> {
    const { schedule } = this.#world;
    const sentTo = this.redis;
    const effect = () => carryOut(sentTo.data);
    const number = this.#sentCommands;
    this.#sentCommands += 1;
    const isNext = () => this.#endedCommands === number;
    const meetFate = () => {
      this.#endedCommands += 1;
      if (this.isCutOff || this.redis !== sentTo) throw new Error('connection lost');
      const fault = this.commandFault;
      this.commandFault = undefined;
      switch (fault) {
        case undefined:
          return effect();
        case 'lose a command':
          throw new Error('timed out');
        case 'lose a reply':
          effect();
          throw new Error('timed out');
        case 'delay a command':
          // It waits in a buffer, and is carried out when its sender has long given up.
          void schedule.step(`late ${this.name}: ${what}`, () => {
            if (this.redis === sentTo) effect();
          });
          throw new Error('timed out');
      }
    };
    return this.step(what, meetFate, isNext);
  }
}

function modelServer(world: World, replica: Replica): CacheServer {
  return {
    connect: () => undefined,
    get runId() {
      if (replica.isCutOff) return undefined;
      return world.without === 'Redis is recognized by its run id' ? 'redis-1' : replica.redis.runId;
    },
    get: (key) =>
      replica.command('GET', (redis) => {
        const value = redis.get(key);
        return value === undefined ? undefined : Buffer.from(value);
      }),
    lease: (key) =>
      replica.command('lease', (redis) => {
        const token = redis.get(leaseKey(key)) ?? world.newToken();
        redis.set(leaseKey(key), token);
        return token as LeaseToken;
      }),
    fill: (key, token, value) =>
      replica.command('fill', (redis) => {
        const isLive = redis.get(leaseKey(key)) === token || world.without === 'a fill needs a live lease';
        if (isLive) redis.set(key, value.toString());
        return isLive;
      }),
    invalidate: (keys) =>
      replica.command('invalidate', (redis) => {
        for (const key of keys) {
          redis.delete(key);
          if (world.without !== 'an invalidation removes the lease') redis.delete(leaseKey(key));
        }
      }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function modelLog(world: World, replica: Replica): InvalidationLog {
  return {
    check: () =>
      replica.step('check', (): CacheState => {
        const isEager = world.without === 'another Redis is not used before old trust has run out';
        return {
          epoch: world.epoch.number,
          runId: world.epoch.runId,
          inForce: world.epoch.inForce || isEager,
          undelivered:
            world.without !== 'a mark keeps readers from Redis' && world.rows.some(({ undelivered }) => undelivered),
        };
      }),
    register: (runId) =>
      replica.step('register', () => {
        if (world.epoch.runId === runId) return;
        const number = world.epoch.number + (world.without === 'another Redis raises the epoch' ? 0 : 1);
        world.epoch = { number, runId, inForce: false };
      }),
    putInForce: (epoch) =>
      replica.step('put in force', () => {
        if (world.epoch.number === epoch) world.epoch.inForce = true;
      }),
    markUndelivered: (ids) =>
      replica.step('mark', () => {
        if (world.without === 'what is undelivered is marked') return;
        for (const row of world.rows) if (ids.includes(row.id)) row.undelivered = true;
      }),
    remove: (ids) =>
      replica.step('remove', () => {
        world.rows = world.rows.filter(({ id }) => !ids.includes(id));
      }),
    deliverLeftBehind: async (_limit, deliver) => {
      const claimed = await replica.step('claim', () => {
        const left = world.rows.filter(
          (row) => !row.isClaimed && (row.undelivered || world.now - row.createdAt >= leftBehindAfterMs),
        );
        for (const row of left) row.isClaimed = true;
        return left;
      });
      try {
        if (claimed.length > 0) await deliver(claimed);
      } catch (error) {
        await replica.step('give back', () => {
          for (const row of claimed) row.isClaimed = false;
        });
        throw error;
      }
      await replica.step('delivered', () => {
        world.rows = world.rows.filter((row) => !claimed.includes(row));
      });
      return claimed.length;
    },
  };
}
