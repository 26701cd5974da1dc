export interface BackfillCounts {
  /** Keys that were looked at. */
  scanned: number;
  imported: number;
  /** Had been imported before, as they are. */
  unchanged: number;
  setAside: number;
  /** Have no owner, and no default owner is known. */
  unowned: number;
  /** Were not imported, because what they held was deleted or changed since. */
  superseded: number;
  /** Expired before they could be read. */
  expired: number;
  /** Stand-ins that were made for what is referred to and gone. */
  placeholders: number;
}

/** How far a backfill has come. */
export interface BackfillCheckpoint {
  /** The Redis process whose cursor it is: another one knows nothing of it. */
  runId: string;
  /** The kind of keys that it is at. */
  family: string;
  /** What SCAN goes on with; `0` to begin with. */
  cursor: string;
  counts: BackfillCounts;
  /** ISO 8601. */
  startedAt: string;
  /** ISO 8601; absent until everything was looked at. */
  finishedAt?: string;
}

export function noCounts(): BackfillCounts {
  return {
    scanned: 0,
    imported: 0,
    unchanged: 0,
    setAside: 0,
    unowned: 0,
    superseded: 0,
    expired: 0,
    placeholders: 0,
  };
}

export function addCounts(total: BackfillCounts, more: Partial<BackfillCounts>): void {
  for (const [name, count] of Object.entries(more)) total[name as keyof BackfillCounts] += count;
}
