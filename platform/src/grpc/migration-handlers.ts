import type {
  AdvanceMigrationResponse,
  MigrationServiceService,
  RunBackfillResponse,
} from '@contract-reviewer/proto/migration/v1/migration';
import { auditMessage } from '../audit/audit-events.ts';
import { requireOperator, type UserPrincipal } from '../auth/principal.ts';
import type { Database } from '../pg/database.ts';
import type { Actor } from '../version1/gate.ts';
import type { Phase } from '../version1/phase.ts';
import { refused } from '../version1/refusal.ts';
import type { VerificationEvent } from '../version1/verifier.ts';
import type { Migration, Version1 } from '../version1/version1.ts';
import type { Handlers } from './handler.ts';
import { countsMessage, setAsideMessage, stateMessage } from './migration-messages.ts';
import { RequestValidation } from './request-validation.ts';

export interface MigrationHandlersOptions {
  /** The name of the service. */
  service: string;
  version1: Version1;
  database: Database;
}

const maxPageSize = 100;
const defaultPageSize = 10;
const maxOffset = 1_000_000;

/** The calls by which administrators lead a service through the move from version 1. */
export function migrationHandlers({
  service,
  version1,
  database,
}: MigrationHandlersOptions): Handlers<typeof MigrationServiceService> {
  const state = async () => stateMessage(await version1.report());

  return {
    async getMigration(_request, { principal }) {
      requireOperator(principal);
      return { state: await state() };
    },

    async *runBackfill({ defaultOwnerId }, { principal, signal, recheck }): AsyncGenerator<RunBackfillResponse> {
      recheck(requireOperator);
      const actor = actorOf(service, requireOperator(principal));
      if (defaultOwnerId !== undefined)
        new RequestValidation().uuid('default_owner_id', defaultOwnerId).throwIfInvalid();
      const run = migrationOf(version1).backfill.run({ defaultOwnerId, signal });
      let next = await run.next();
      try {
        for (; !next.done; next = await run.next()) {
          const { counts, totalKeys, ...progress } = next.value;
          const value = { ...progress, counts: countsMessage(counts), totalKeys: BigInt(totalKeys) };
          yield { event: { $case: 'progress', value } };
        }
      } finally {
        await run.return({} as never);
      }
      const details = { ...next.value };
      await database.transaction(async (transaction) =>
        transaction.emit(auditMessage({ ...actor, type: 'migration_backfilled', details })),
      );
      yield { event: { $case: 'state', value: await state() } };
    },

    async *verifyMigration(_request, { principal, signal, recheck }) {
      recheck(requireOperator);
      requireOperator(principal);
      for await (const event of migrationOf(version1).verifier.run(signal)) yield verificationMessage(event);
      yield { event: { $case: 'state', value: await state() } };
    },

    async *advanceMigration({ to, confirm }, { principal, signal, recheck }): AsyncGenerator<AdvanceMigrationResponse> {
      recheck(requireOperator);
      const actor = actorOf(service, requireOperator(principal));
      new RequestValidation()
        .oneOf('to', to, ['pg_read', 'complete'])
        .check('confirm', !confirm || to === 'complete', 'goes with complete alone')
        .throwIfInvalid();
      const { confirmed } = await version1.report();
      if (!confirmed) {
        const steps = migrationOf(version1).gate.advance({ to: to as Phase, confirm }, actor, signal);
        for await (const event of steps) yield verificationMessage(event);
      }
      yield { event: { $case: 'state', value: await state() } };
    },

    async rollbackMigration({ to }, { principal }) {
      const actor = actorOf(service, requireOperator(principal));
      new RequestValidation().oneOf('to', to, ['dual_write', 'pg_read']).throwIfInvalid();
      await migrationOf(version1).gate.rollback(to as Phase, actor);
      return { state: await state() };
    },

    async listSetAside({ limit, offset }, { principal }) {
      requireOperator(principal);
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      new RequestValidation()
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset)
        .throwIfInvalid();
      const { entries, totalCount } = await version1.listSetAside(page);
      return { entries: entries.map(setAsideMessage), totalCount, ...page };
    },
  };
}

function actorOf(service: string, { userId, sessionId }: UserPrincipal): Actor {
  return { service, userId, sessionId };
}

/** @throws {StatusError} FAILED_PRECONDITION where there is nothing to migrate from */
function migrationOf({ migration }: Version1): Migration {
  if (migration) return migration;
  throw refused('NOTHING_TO_MIGRATE', 'There is no version 1 to migrate from: V1_REDIS_URL is not set.');
}

function verificationMessage({ kind, ...event }: VerificationEvent): AdvanceMigrationResponse {
  if ('fault' in event) return { event: { $case: 'drift', value: event } };
  const value = { family: event.family, compared: BigInt(event.compared), totalKeys: BigInt(event.totalKeys) };
  return { event: { $case: 'progress', value } };
}
