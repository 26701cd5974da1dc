import {
  type GatewaySession,
  type Problem,
  problemOf,
  UnreachableError,
  withJson,
} from '../gateway/gateway-session.ts';
import { eventsOf } from '../gateway/server-sent-events.ts';

export interface BackfillCounts {
  scanned: number;
  imported: number;
  unchanged: number;
  set_aside: number;
  unowned: number;
  superseded: number;
  expired: number;
  placeholders: number;
}

export interface ServiceMigration {
  service: string;
  phase: string;
  confirmed: boolean;
  migrates: boolean;
  connection: 'up' | 'down' | 'none';
  default_owner_id?: string;
  pending_count: number;
  set_aside_count: number;
  backfill?: { started_at: string; finished_at?: string; family: string; counts: BackfillCounts };
  verification?: { finished_at: string; compared: number; drifted: number };
}

export interface Migration {
  phase: string;
  confirmed: boolean;
  services: ServiceMigration[];
}

export interface Drift {
  service: string;
  family: string;
  key: string;
  fault: string;
}

export interface MigrationReport {
  action: string;
  agree: boolean;
  drift: Drift[];
  drift_count: number;
  migration: Migration;
}

export interface Progress {
  service: string;
  /** Only of a backfill: `rescue` or `import`. */
  stage?: string;
  family: string;
  counts?: BackfillCounts;
  /** Only of a verification. */
  compared?: number;
  /** How many keys version 1 has, of all kinds. */
  total_keys: number;
}

export interface SetAsideEntry {
  service: string;
  key: string;
  redis_type: string;
  sha256: string;
  size_bytes: number;
  reason: string;
  expires_at?: string;
}

export interface Step {
  action: 'backfill' | 'verify' | 'advance' | 'rollback';
  owner?: string;
  confirm?: boolean;
}

export interface Listener {
  onProgress(progress: Progress): void;
  onDrift(drift: Drift): void;
}

const pageSize = 100;
/** A step may take as long as version 1 is large. */
const stepTimeoutMs = 24 * 60 * 60 * 1000;

export async function readMigration(session: GatewaySession): Promise<Migration> {
  const response = await session.request('/api/admin/migration');
  return (await response.json()) as Migration;
}

/**
 * Takes a step, and tells how it goes.
 *
 * @throws {ProblemError} if it is refused @throws {UnreachableError} also when the connection breaks before the end
 */
export async function takeStep(session: GatewaySession, step: Step, listener: Listener): Promise<MigrationReport> {
  const request = withJson(step);
  const headers = new Headers(request.headers);
  headers.set('accept', 'text/event-stream');
  const response = await session.request('/api/admin/migration', { ...request, headers }, stepTimeoutMs);
  for await (const { name, data } of untilBroken(response)) {
    if (name === 'progress') listener.onProgress(data as Progress);
    if (name === 'drift') listener.onDrift(data as Drift);
    if (name === 'problem') throw problemOf(data as Problem);
    if (name === 'result') return data as MigrationReport;
  }
  throw broken();
}

export async function* setAside(session: GatewaySession): AsyncGenerator<SetAsideEntry> {
  for (let offset = 0; ; offset += pageSize) {
    const response = await session.request(`/api/admin/migration/set-aside?limit=${pageSize}&offset=${offset}`);
    const { entries, total_count } = (await response.json()) as { entries: SetAsideEntry[]; total_count: number };
    yield* entries;
    if (offset + pageSize >= total_count) return;
  }
}

async function* untilBroken(response: Response): ReturnType<typeof eventsOf> {
  try {
    yield* eventsOf(response);
  } catch (error) {
    throw broken(error);
  }
}

function broken(cause?: unknown): UnreachableError {
  return new UnreachableError('The connection broke off. Give the command again: it goes on where it was.', { cause });
}
