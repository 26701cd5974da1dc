import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type {
  BackfillProgress,
  Drift,
  MigrationState,
  SetAsideEntry,
  VerificationProgress,
} from '@contract-reviewer/proto/migration/v1/migration';
import { type Static, Type } from 'typebox';
import type { MigratingService } from '../services.ts';
import { pageFields } from './page.ts';
import { named, oneOf, refTo, Sha256, Timestamp } from './schema.ts';

/** In the order in which a migration goes through them. */
export const phases = ['dual_write', 'pg_read', 'complete'] as const;
export type Phase = (typeof phases)[number];

export const actions = ['backfill', 'verify', 'advance', 'rollback'] as const;
export type MigrationAction = (typeof actions)[number];

const Count = Type.Integer({ minimum: 0 });
const service = oneOf(['document', 'analysis'], 'Which service took that part of version 1 over.');
const phase = oneOf(
  phases,
  'dual_write: both stores are written, and version 1 may still write; pg_read: both are written, PostgreSQL alone is ' +
    'read; complete: PostgreSQL alone is written.',
);

const counts = Type.Object({
  scanned: Type.Integer({ minimum: 0, description: 'Keys that were looked at; Redis may name one twice.' }),
  imported: Count,
  unchanged: Type.Integer({ minimum: 0, description: 'Had been imported before, as they are.' }),
  set_aside: Type.Integer({ minimum: 0, description: 'Did not fit, and were kept as they are with the reason.' }),
  unowned: Type.Integer({ minimum: 0, description: 'Not imported, because they have no owner and none was named.' }),
  superseded: Type.Integer({ minimum: 0, description: 'Not imported, because they were deleted or changed since.' }),
  expired: Type.Integer({ minimum: 0, description: 'Expired before they could be read.' }),
  placeholders: Type.Integer({ minimum: 0, description: 'Documents made for analyses whose own is gone.' }),
});

const backfill = Type.Object({
  started_at: Timestamp,
  finished_at: Type.Optional(Timestamp),
  family: Type.String({ description: 'The kind of keys that it is at, or was last.' }),
  counts,
});

const verification = Type.Object({
  finished_at: Timestamp,
  compared: Type.Integer({ minimum: 0, description: 'Keys of version 1 that were compared.' }),
  drifted: Type.Integer({ minimum: 0, description: 'Keys at which the stores differed.' }),
});

export const ServiceMigrationSchema = named(
  'ServiceMigration',
  {
    service,
    phase,
    confirmed: Type.Boolean({ description: 'Whether completion was confirmed; there is no way back then.' }),
    migrates: Type.Boolean({ description: 'Whether there ever was a version 1 to move from.' }),
    connection: oneOf(['up', 'down', 'none'], "Whether version 1's Redis answers; none: it is not needed any more."),
    default_owner_id: Type.Optional(Type.String({ description: 'Who gets what had no owner.' })),
    pending_count: Type.Integer({ minimum: 0, description: "Version 1's keys that are still to be written." }),
    set_aside_count: Type.Integer({ minimum: 0, description: 'Values of version 1 that did not fit.' }),
    backfill: Type.Optional(backfill),
    verification: Type.Optional(verification),
  },
  'How far one service has come in moving from version 1.',
);

export const MigrationSchema = named(
  'Migration',
  {
    phase,
    confirmed: Type.Boolean(),
    services: Type.Array(refTo(ServiceMigrationSchema)),
  },
  'How far the move from version 1 has come. The phase is the earlier one of the two services.',
);

export const DriftSchema = named(
  'Drift',
  {
    service,
    family: Type.String(),
    key: Type.String({ description: "Version 1's key, which holds the id." }),
    fault: Type.String({
      description:
        'missing: not in PostgreSQL, nor set aside; differs; deleted: not in PostgreSQL any more, but still there; ' +
        'pending: not written yet; dangling: named by a key of the other service, and not there',
    }),
  },
  'A key of version 1 at which the stores differ.',
);

export const MigrationReportSchema = named(
  'MigrationReport',
  {
    action: oneOf(actions),
    agree: Type.Boolean({ description: 'Whether nothing was found at which the stores differ.' }),
    drift: Type.Array(refTo(DriftSchema), { description: 'At most 100 of each service.' }),
    drift_count: Count,
    migration: refTo(MigrationSchema),
  },
  'What came of an action.',
);

export const SetAsideListSchema = named(
  'SetAsideList',
  {
    entries: Type.Array(
      Type.Object({
        service,
        key: Type.String({ description: 'One that is not text is shown in hexadecimal after \\x.' }),
        redis_type: Type.String(),
        sha256: Sha256,
        size_bytes: Type.Integer(),
        reason: Type.String({ description: 'A stable word, for example not_json.' }),
        expires_at: Type.Optional(Timestamp),
        first_seen_at: Timestamp,
        last_seen_at: Timestamp,
      }),
    ),
    ...pageFields,
  },
  'Values of version 1 that did not fit and were kept as they are.',
);

export type Migration = Static<typeof MigrationSchema>;
export type MigrationReport = Static<typeof MigrationReportSchema>;
export type ServiceMigration = Static<typeof ServiceMigrationSchema>;
export type DriftBody = Static<typeof DriftSchema>;

/** The earlier phase of the two is that of the whole. */
export function migrationBody(services: ServiceMigration[]): Migration {
  const earliest = Math.min(...services.map((each) => phases.indexOf(each.phase)));
  return {
    phase: phases[earliest] ?? 'dual_write',
    confirmed: services.every(({ confirmed }) => confirmed),
    services,
  };
}

export function serviceMigrationBody(name: MigratingService, state: MigrationState): ServiceMigration {
  return { service: name, ...(withNumbers(state) as Omit<ServiceMigration, 'service'>) };
}

export function driftBody(name: MigratingService, drift: Drift): DriftBody {
  return { service: name, ...drift };
}

export function setAsideBody(name: MigratingService, entry: SetAsideEntry) {
  return { service: name, ...(withNumbers(entry) as object) } as Static<typeof SetAsideListSchema>['entries'][number];
}

/** What an event named "progress" holds. */
export function progressBody(name: MigratingService, progress: BackfillProgress | VerificationProgress): object {
  return { service: name, ...(withNumbers(progress) as object) };
}

/** In protobuf a count is a bigint, which JSON does not know. */
function withNumbers(message: object): unknown {
  return toSnakeCase(
    JSON.parse(JSON.stringify(message, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))),
  );
}
