import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, type CoherentCache, createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { toCamelCase, toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import { createLogger } from '@contract-reviewer/platform/log';
import { Database } from '@contract-reviewer/platform/pg/database';
import type { FaultySystem } from '../faults/system/faulty-system.ts';

/** Something of the size and shape of a review. */
export interface Review {
  reviewId: string;
  findings: { category: string; level: string; quote: string; startChar: number; endChar: number }[];
}

export function newReview(reviewId: string): Review {
  const findings = Array.from({ length: 32 }, (_, index) => ({
    category: `category_${index}`,
    level: 'medium',
    quote: 'The Receiving Party shall hold the Confidential Information in confidence. '.repeat(2),
    startChar: index * 1000,
    endChar: index * 1000 + 150,
  }));
  return { reviewId, findings };
}

/** Lets nothing of the session service in the way: its keys are of this form, and it makes none of this name. */
export const benchKey = (name: string) => `session:cache-costs-${name}`;

export interface OpenCache extends AsyncDisposable {
  cache: CoherentCache;
  database: Database;
  family(ttlMs: number): Cache<Review>;
}

/** A cache as a replica of a service has it, over the stores of the system, once Redis is trusted. */
export async function openCache({ postgres, redis }: FaultySystem): Promise<OpenCache> {
  await using stack = new AsyncDisposableStack();
  const logger = createLogger({ service: 'cache costs', level: 'fatal' });
  const schema = 'session';
  const database = stack.use(
    new Database({ url: postgres.urls.session, applicationName: 'cache costs', schema, logger }),
  );
  const redisUrl = redis.urlFor('session', redis.port);
  const cache = stack.use(createCoherentCache({ redisUrl, database, schema, logger }) as CoherentCache);
  cache.start();
  const family = (ttlMs: number) =>
    cache.family<Review>({
      name: 'review',
      ttlMs,
      codec: { version: 1, toJson: toSnakeCase, fromJson: (json) => toCamelCase(json) as Review },
    });
  const probe = family(1000);
  while (!cache.statistics().trusted) {
    await probe.read(benchKey('probe'), async () => undefined);
    await sleep(20);
  }
  const acquired = stack.move();
  return { cache, database, family, [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}
