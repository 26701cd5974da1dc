import type { CacheStats, ConsistencyEvent } from '@contract-reviewer/proto/common/v1/cache';
import { requireOperatorOrGateway, type ServicePrincipal, type UserPrincipal } from '../auth/principal.ts';
import type { CacheObserver } from '../cache/cache-observer.ts';
import type { Finding } from '../cache/consistency-check.ts';
import type { Backlog } from '../outbox/backlog.ts';
import { isConnectionError } from '../pg/errors.ts';
import { cacheStatsMessage } from './cache-stats-message.ts';
import type { CallContext } from './handler.ts';
import { RequestValidation } from './request-validation.ts';

/** The two methods by which each service shows its cache. */
export interface CacheHandlers {
  cacheStats(request: object, context: CallContext): Promise<{ stats: CacheStats }>;
  checkConsistency(
    request: { family?: string | undefined; repair: boolean },
    context: CallContext,
  ): AsyncIterable<{ event: ConsistencyEvent }>;
}

/** Says how many entries of which fault were removed, and by whom. */
export interface RepairEvent {
  type: 'cache_repaired';
  service: string;
  userId?: string;
  sessionId?: string;
  details: Record<string, number>;
}

export interface CacheHandlersOptions {
  /** The name of the service. */
  service: string;
  /** Undefined if the service runs without a cache. */
  observer: CacheObserver | undefined;
  /** Counts what waits to be delivered. */
  backlog(): Promise<Backlog>;
  /** Records what was done to the cache. */
  audit(event: RepairEvent): Promise<void>;
}

export function cacheHandlers({ service, observer, backlog, audit }: CacheHandlersOptions): CacheHandlers {
  return {
    async cacheStats(_request, { principal }) {
      requireOperatorOrGateway(principal);
      const [report, waiting] = await Promise.all([observer?.report(), ifPostgresAnswers(backlog)]);
      return { stats: cacheStatsMessage(report, waiting) };
    },

    async *checkConsistency({ family, repair }, { principal, signal, recheck }) {
      const operator = requireOperatorOrGateway(principal);
      recheck(requireOperatorOrGateway);
      if (!observer) return;
      const { check } = observer;
      if (family !== undefined) new RequestValidation().oneOf('family', family, check.familyNames).throwIfInvalid();

      const removed: Record<string, number> = {};
      const onRepair = (findings: readonly Finding[]) => {
        for (const { fault } of findings) removed[fault] = (removed[fault] ?? 0) + 1;
      };
      try {
        const options = { repair, signal, onRepair, ...(family === undefined ? {} : { family }) };
        for await (const { kind, ...value } of check.run(options)) {
          yield { event: { event: { $case: kind, value } as ConsistencyEvent['event'] } };
        }
      } finally {
        // Also when the check was broken off: what was removed by then is removed.
        if (Object.keys(removed).length > 0) await audit(repairEvent(service, operator, removed));
      }
    },
  };
}

/** What a process knows by itself is worth telling while PostgreSQL is away. */
async function ifPostgresAnswers<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isConnectionError(error)) return undefined;
    throw error;
  }
}

function repairEvent(
  service: string,
  operator: UserPrincipal | ServicePrincipal,
  details: Record<string, number>,
): RepairEvent {
  const actor = operator.kind === 'user' ? { userId: operator.userId, sessionId: operator.sessionId } : {};
  return { type: 'cache_repaired', service, ...actor, details };
}
