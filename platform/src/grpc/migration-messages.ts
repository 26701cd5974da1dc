import type {
  BackfillState,
  BackfillCounts as CountsMessage,
  MigrationState,
  SetAsideEntry as SetAsideMessage,
  VerificationState,
} from '@contract-reviewer/proto/migration/v1/migration';
import type { BackfillCheckpoint, BackfillCounts } from '../version1/backfill-checkpoint.ts';
import type { SetAsideEntry } from '../version1/set-aside-store.ts';
import type { VerificationResult } from '../version1/state-store.ts';
import type { MigrationReport } from '../version1/version1.ts';

export function stateMessage(report: MigrationReport): MigrationState {
  const { phase, confirmed, migrates, connection, defaultOwnerId, backfill, verification } = report;
  return {
    phase,
    confirmed,
    migrates,
    connection,
    defaultOwnerId,
    pendingCount: BigInt(report.pendingCount),
    setAsideCount: BigInt(report.setAsideCount),
    backfill: backfill && backfillMessage(backfill),
    verification: verification && verificationMessage(verification),
  };
}

export function countsMessage(counts: BackfillCounts): CountsMessage {
  const { scanned, imported, unchanged, setAside, unowned, superseded, expired, placeholders } = counts;
  return {
    scanned: BigInt(scanned),
    imported: BigInt(imported),
    unchanged: BigInt(unchanged),
    setAside: BigInt(setAside),
    unowned: BigInt(unowned),
    superseded: BigInt(superseded),
    expired: BigInt(expired),
    placeholders: BigInt(placeholders),
  };
}

export function setAsideMessage({ sizeBytes, ...entry }: SetAsideEntry): SetAsideMessage {
  return { ...entry, sizeBytes: BigInt(sizeBytes) };
}

function backfillMessage({ startedAt, finishedAt, family, counts }: BackfillCheckpoint): BackfillState {
  return {
    startedAt: new Date(startedAt),
    finishedAt: finishedAt === undefined ? undefined : new Date(finishedAt),
    family,
    counts: countsMessage(counts),
  };
}

function verificationMessage({ finishedAt, compared, drifted }: VerificationResult): VerificationState {
  return { finishedAt: new Date(finishedAt), compared: BigInt(compared), drifted: BigInt(drifted) };
}
