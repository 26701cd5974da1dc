import type {
  BackfillCounts,
  Drift,
  Migration,
  MigrationReport,
  ServiceMigration,
  SetAsideEntry,
} from './migration-client.ts';

/** How far the migration is, as lines for people. */
export function renderMigration(migration: Migration): string[] {
  const { phase, confirmed, services } = migration;
  if (services.every(({ migrates }) => !migrates)) return ['There is no version 1 to migrate from.'];
  return [
    `phase: ${phase}${confirmed ? ', confirmed: the migration is over' : ''}`,
    ...services.flatMap(renderService),
  ];
}

export function renderReport(report: MigrationReport): string[] {
  const { agree, drift_count: count } = report;
  const verdict = agree ? 'the stores agree' : `the stores differ at ${count} ${count === 1 ? 'key' : 'keys'}`;
  return [
    ...(report.action === 'verify' ? [verdict] : []),
    ...renderUntold(count - report.drift.length),
    ...renderMigration(report.migration),
  ];
}

export function renderDrift({ fault, key }: Drift): string {
  return `  ${fault.padEnd('differs'.length)}  ${key}`;
}

export function renderSetAside({ service, reason, key, size_bytes: size }: SetAsideEntry): string {
  return `${service}  ${reason.padEnd('pointer_to_nothing'.length)}  ${key}  (${size} bytes)`;
}

function renderService(service: ServiceMigration): string[] {
  const { backfill, verification, pending_count: pending, set_aside_count: aside } = service;
  return [
    `${service.service} service: ${service.phase}, version 1 is ${service.connection}, ${pending} to be written, ${aside} set aside`,
    backfill === undefined
      ? '  backfill: none yet'
      : `  backfill: ${backfill.finished_at === undefined ? `not finished, at ${backfill.family}` : `finished ${backfill.finished_at}`}; ${renderCounts(backfill.counts)}`,
    verification === undefined
      ? '  verification: none yet'
      : `  verification: ${verification.finished_at}; ${verification.compared} compared, ${verification.drifted} differ`,
  ];
}

function renderCounts(counts: BackfillCounts): string {
  const { scanned, ...others } = counts;
  const told = Object.entries(others).filter(([, count]) => count > 0);
  return [`${scanned} looked at`, ...told.map(([name, count]) => `${count} ${name.replace('_', ' ')}`)].join(', ');
}

function renderUntold(untold: number): string[] {
  return untold > 0 ? [`  ... and ${untold} more`] : [];
}
