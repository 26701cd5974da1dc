import type { Redis } from 'ioredis';
import { type ProcessName, processNames, serviceNames } from '../../stack/process-names.ts';
import type { Random } from '../random.ts';
import type { FaultySystem, Replica } from '../system/faulty-system.ts';
import { untilListening } from '../system/listening.ts';

export interface FaultContext {
  system: FaultySystem;
  random: Random;
  /** Lets the workload go on meanwhile. In milliseconds. Rejects when the run is given up. */
  pause(ms: number): Promise<void>;
}

/** Breaks something, lets it be broken for a while, and mends it. */
export interface FaultKind {
  name: string;
  /** @returns what exactly was broken */
  strike(context: FaultContext): Promise<string>;
}

const startTimeoutMs = 15_000;
const shortPauseMs = [300, 1500] as const;
const longPauseMs = [800, 3500] as const;

export const faultKinds: readonly FaultKind[] = [
  ...processNames.map(killed),
  {
    name: 'process stopped (SIGSTOP)',
    strike: async ({ system, random, pause }) => {
      const replica = anyReplica(system, random, random.pick(processNames));
      replica.process.signal('SIGSTOP');
      try {
        await pause(random.between(...longPauseMs));
      } finally {
        replica.process.signal('SIGCONT');
      }
      return replica.name;
    },
  },
  {
    name: 'Redis stopped (SIGSTOP)',
    strike: async ({ system: { redis }, random, pause }) => {
      redis.server.signal('SIGSTOP');
      try {
        await pause(random.between(...longPauseMs));
      } finally {
        redis.server.signal('SIGCONT');
      }
      return 'Redis';
    },
  },
  {
    name: 'Redis killed, empty after',
    strike: async ({ system: { redis }, random, pause }) => {
      await redis.forgetDump();
      await redis.server.restart('SIGKILL', () => pause(random.between(...shortPauseMs)));
      return 'Redis';
    },
  },
  {
    name: 'Redis killed, old data after',
    strike: async ({ system: { redis }, random, pause }) => {
      await redis.save();
      // Meanwhile the world goes on, and the dump becomes the past.
      const ageMs = random.between(...longPauseMs);
      await pause(ageMs);
      // As fast as it can be, so that nothing but the run id tells that it is another one.
      await redis.server.restart('SIGKILL', async () => undefined);
      await redis.forgetDump();
      return `a dump from ${Math.round(ageMs)} ms before`;
    },
  },
  {
    name: 'Redis flushed',
    strike: async ({ system: { redis } }) => {
      await redis.administer((client) => client.flushall());
      return 'FLUSHALL';
    },
  },
  {
    name: 'Redis connections killed',
    strike: async ({ system: { redis }, random, pause }) => {
      const times = Math.ceil(random.between(0, 4));
      for (let time = 0; time < times; time += 1) {
        await redis.administer((client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal'));
        await pause(random.between(20, 400));
      }
      return `CLIENT KILL TYPE normal, ${times} times`;
    },
  },
  {
    name: 'Redis link cut',
    strike: ({ system, random, pause }) => severed(system, random, pause, 'cut'),
  },
  {
    name: 'Redis link stalled',
    strike: ({ system, random, pause }) => severed(system, random, pause, 'stall'),
  },
  {
    name: 'Redis refuses writes',
    strike: async ({ system: { redis }, random, pause }) => {
      await redis.administer((client) => client.config('SET', 'min-replicas-to-write', '1'));
      try {
        await pause(random.between(...longPauseMs));
      } finally {
        await redis.resetSettings();
      }
      return 'min-replicas-to-write 1';
    },
  },
  {
    name: 'Redis full',
    strike: async ({ system: { redis }, random, pause }) => {
      await redis.administer((client) => client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction'));
      try {
        await pause(random.between(...longPauseMs));
      } finally {
        await redis.resetSettings();
      }
      return 'maxmemory 1, noeviction';
    },
  },
  {
    name: 'Redis garbled',
    strike: async ({ system: { redis }, random }) => {
      const keys = await redis.administer((client) => garble(client, random));
      return `garbage in ${keys} keys`;
    },
  },
  {
    name: 'PostgreSQL restarted, fast',
    strike: async ({ system: { postgres } }) => {
      await postgres.server.restart('SIGINT', async () => undefined);
      return 'SIGINT';
    },
  },
  {
    name: 'PostgreSQL restarted, immediate',
    strike: async ({ system: { postgres }, random, pause }) => {
      await postgres.server.restart('SIGQUIT', () => pause(random.between(0, 1000)));
      return 'SIGQUIT';
    },
  },
];

function killed(name: ProcessName): FaultKind {
  return {
    name: `${name} killed (SIGKILL)`,
    strike: async ({ system, random, pause }) => {
      const replica = anyReplica(system, random, name);
      await replica.process.restart('SIGKILL', () => pause(random.between(...shortPauseMs)));
      // One fault at a time: a process that starts without PostgreSQL gives up.
      await untilListening(replica.port, startTimeoutMs);
      return replica.name;
    },
  };
}

function anyReplica(system: FaultySystem, random: Random, name: ProcessName): Replica {
  return random.pick(system.replicas[name]);
}

/** One replica of a service loses Redis while the other, and everybody else, has it. */
async function severed(
  { links }: FaultySystem,
  random: Random,
  pause: FaultContext['pause'],
  how: 'cut' | 'stall',
): Promise<string> {
  const name = random.pick(serviceNames);
  links[name][how]();
  try {
    await pause(random.between(...longPauseMs));
  } finally {
    links[name].mend();
  }
  return `the last replica of ${name}`;
}

const garbage: readonly ((redis: Redis, key: string) => Promise<unknown>)[] = [
  (redis, key) => redis.set(key, 'garbage'),
  (redis, key) => redis.set(key, '{"epoch":1,"version":1,"value":{}}'),
  (redis, key) => redis.set(key, '{"epoch":1,'),
  (redis, key) => redis.set(key, Buffer.from([0xff, 0xfe, 0x00, 0x80])),
  (redis, key) => redis.multi().del(key).rpush(key, 'garbage').exec(),
  (redis, key) => redis.multi().del(key).hset(key, 'garbage', '1').exec(),
];

/** @returns how many keys, leases among them */
async function garble(redis: Redis, random: Random): Promise<number> {
  const [, keys] = await redis.scan('0', 'COUNT', 300);
  const garbled = keys.filter(() => random.chance(0.5));
  await Promise.all(garbled.map((key) => random.pick(garbage)(redis, key)));
  return garbled.length;
}
