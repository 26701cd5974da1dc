import { describe, expect, it } from 'vitest';
import type { Actor, Scope } from './execution.ts';
import { exploreAll, exploreRandomly } from './explore.ts';
import { type Fault, faults, type Mechanism, mechanisms, readsToTrustAnotherRedis } from './world.ts';

/** Faults that bring another Redis. To try reads until it is used in any order takes long: `npm run interleavings`. */
const anotherRedis: readonly Fault[] = ['restart with old data', 'restart empty', 'fail over a replica'];

describe('no read is older than what was acknowledged before it began', () => {
  for (const fault of faults) {
    it(`in any order of a writer's and a reader's steps, with fault: ${fault}`, async () => {
      const reads = anotherRedis.includes(fault) ? 1 : 2;
      const found = await exploreAll({ actors: ['writer', 'reader'], fault, reads });
      expect(found.violation).toBeUndefined();
      expect(found.schedules).toBeGreaterThan(50);
    }, 120_000);
  }

  it.each(anotherRedis)(
    'in random orders of steps until another Redis is used, with fault: %s (seeded)',
    async (fault) => {
      const scope: Scope = { actors: ['writer', 'reader'], fault, reads: readsToTrustAnotherRedis };
      const found = await exploreRandomly(scope, 3000, 20_261_124);
      expect(found.violation).toBeUndefined();
    },
    120_000,
  );

  it('in random orders of everybody and every fault (seeded)', async () => {
    const actors: Actor[] = ['writer', 'deleter', 'reader', 'second reader', 'refresher', 'sweeper'];
    for (const fault of faults) {
      const found = await exploreRandomly({ actors, fault, reads: 2 }, 250, 20_261_122);
      expect(found.violation, fault).toBeUndefined();
    }
  }, 120_000);
});

/** For each mechanism, circumstances in which its absence shows. */
const revealing: Record<Mechanism, Omit<Scope, 'without'>> = {
  'a fill needs a live lease': { actors: ['writer', 'reader', 'second reader'], fault: 'evict value', reads: 1 },
  'an invalidation removes the lease': {
    actors: ['writer', 'reader', 'second reader'],
    fault: 'evict value',
    reads: 1,
  },
  'a write is acknowledged after its invalidation': { actors: ['writer', 'reader'], fault: 'none', reads: 1 },
  'what is undelivered is marked': { actors: ['writer', 'reader'], fault: 'lose a command', reads: 1 },
  'a mark keeps readers from Redis': { actors: ['writer', 'reader'], fault: 'lose a command', reads: 1 },
  'a writer that could not deliver waits': { actors: ['writer', 'reader'], fault: 'lose a command', reads: 1 },
  'trust runs out': { actors: ['writer', 'reader'], fault: 'lose a command', reads: 1 },
  'another Redis raises the epoch': {
    actors: ['writer', 'reader'],
    fault: 'restart with old data',
    reads: readsToTrustAnotherRedis,
  },
  'another Redis is not used before old trust has run out': {
    actors: ['writer', 'reader', 'refresher'],
    fault: 'fail over all but the reader',
    reads: 1,
  },
  'Redis is recognized by its run id': { actors: ['writer', 'reader'], fault: 'fail over a replica', reads: 1 },
};

describe('each mechanism is needed', () => {
  for (const without of mechanisms) {
    it(`a stale read is found without: ${without}`, async () => {
      // At random, for that finds them much sooner than order does.
      const found = await exploreRandomly({ ...revealing[without], without }, 50_000, 2);
      expect(found.violation).toMatch(/read version 1 after 2 was acknowledged/);
    }, 120_000);
  }
});
