import { StatusError } from '@contract-reviewer/platform/errors';
import type {
  AdvanceMigrationResponse,
  RunBackfillResponse,
  VerifyMigrationResponse,
} from '@contract-reviewer/proto/migration/v1/migration';
import type { CallerSettings } from './calls-on-behalf.ts';
import { interleaved } from './interleaved.ts';
import {
  type DriftBody,
  driftBody,
  type Migration,
  type MigrationAction,
  type MigrationReport,
  migrationBody,
  type Phase,
  phases,
  progressBody,
  type ServiceMigration,
  serviceMigrationBody,
} from './schemas/migration.ts';
import { sent } from './schemas/sent.ts';
import { type MigratingService, type MigrationClient, migratingServices } from './services.ts';

export type MigrationClients = Readonly<Record<MigratingService, MigrationClient>>;

export interface MigrationRequest {
  action: MigrationAction;
  /** Who gets what had no owner, by id. */
  defaultOwnerId?: string;
  /** For `advance`, when the phase is complete. */
  confirm: boolean;
}

export type MigrationEvent =
  | { event: 'progress'; data: object }
  | { event: 'drift'; data: DriftBody }
  /** Comes last. */
  | { event: 'result'; data: MigrationReport };

const maxDriftPerService = 100;

export async function readMigration(clients: MigrationClients, settings: CallerSettings): Promise<Migration> {
  const states = await Promise.all(
    migratingServices.map(async (name) => {
      const { state } = await clients[name].getMigration({}, settings);
      return serviceMigrationBody(name, sent(state));
    }),
  );
  return migrationBody(states);
}

/**
 * Has the services do it. A backfill they do at the same time, so that what is about to expire waits for nobody; all else
 * one after the other, documents first: analyses belong to them. A phase is named to each, so that repeating is harmless
 * when the second one failed.
 *
 * @throws {StatusError} what a service answers; FAILED_PRECONDITION for a step that there is not
 */
export async function* runMigration(
  clients: MigrationClients,
  request: MigrationRequest,
  settings: CallerSettings,
): AsyncGenerator<MigrationEvent> {
  const before = await readMigration(clients, settings);
  const parts = migratingServices.map((name) => toldBy(name, callsFor(clients[name], request, before, settings)));
  const drift = new Map<MigratingService, DriftBody[]>();
  const states = new Map<MigratingService, ServiceMigration>();
  let driftCount = 0;
  for await (const { name, told } of request.action === 'backfill' ? interleaved(parts) : oneAfterAnother(parts)) {
    if (told.$case === 'progress') yield { event: 'progress', data: progressBody(name, told.value) };
    if (told.$case === 'state') states.set(name, serviceMigrationBody(name, told.value));
    if (told.$case !== 'drift') continue;
    driftCount += 1;
    const kept = drift.get(name) ?? [];
    if (kept.length >= maxDriftPerService) continue;
    const body = driftBody(name, told.value);
    drift.set(name, [...kept, body]);
    yield { event: 'drift', data: body };
  }
  yield {
    event: 'result',
    data: {
      action: request.action,
      agree: driftCount === 0,
      drift: [...drift.values()].flat(),
      drift_count: driftCount,
      migration: migrationBody(migratingServices.map((name) => sent(states.get(name)))),
    },
  };
}

async function* oneAfterAnother<T>(parts: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  for (const part of parts) yield* part;
}

async function* toldBy(name: MigratingService, part: AsyncIterable<Told>) {
  for await (const told of part) yield { name, told };
}

type Told =
  | NonNullable<RunBackfillResponse['event']>
  | NonNullable<VerifyMigrationResponse['event']>
  | NonNullable<AdvanceMigrationResponse['event']>;

/** What a service tells while it does its part. */
function callsFor(
  client: MigrationClient,
  { action, defaultOwnerId, confirm }: MigrationRequest,
  before: Migration,
  settings: CallerSettings,
): AsyncIterable<Told> {
  switch (action) {
    case 'backfill':
      return eventsOf(client.runBackfill({ defaultOwnerId }, settings));
    case 'verify':
      return eventsOf(client.verifyMigration({}, settings));
    case 'advance':
      return eventsOf(client.advanceMigration({ to: phaseAfter(before, confirm), confirm }, settings));
    case 'rollback':
      return rollback(client, phaseBefore(before), settings);
    default:
      return action satisfies never;
  }
}

async function* rollback(client: MigrationClient, to: Phase, settings: CallerSettings): AsyncGenerator<Told> {
  const { state } = await client.rollbackMigration({ to }, settings);
  yield { $case: 'state', value: sent(state) };
}

async function* eventsOf<Event extends Told>(
  responses: AsyncIterable<{ event?: Event | undefined }>,
): AsyncGenerator<Event> {
  for await (const { event } of responses) {
    if (event !== undefined) yield event;
  }
}

/** @throws {StatusError} FAILED_PRECONDITION when there is none, or it takes a confirmation */
function phaseAfter({ phase, confirmed }: Migration, confirm: boolean): Phase {
  const next = phases[phases.indexOf(phase) + 1];
  if (next !== undefined) return next;
  if (confirmed) throw refusal('The migration is over; there is no further phase.');
  if (!confirm) throw refusal('The phase is complete. To end the migration for good takes a confirmation.');
  return phase;
}

/**
 * A service that is ahead goes back first.
 *
 * @throws {StatusError} FAILED_PRECONDITION when there is none
 */
function phaseBefore({ services, confirmed }: Migration): Phase {
  const latest = Math.max(...services.map(({ phase }) => phases.indexOf(phase)));
  const before = phases[latest - 1];
  if (confirmed) throw refusal('The migration is over; there is no way back.');
  if (before === undefined) throw refusal(`There is no phase before ${phases[0]}.`);
  return before;
}

function refusal(message: string): StatusError {
  return new StatusError('FAILED_PRECONDITION', message, { reason: 'NO_SUCH_PHASE' });
}
