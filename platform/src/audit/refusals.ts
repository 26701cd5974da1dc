import type { Principal } from '../auth/principal.ts';
import type { StatusCode } from '../errors.ts';
import type { Refusal } from '../grpc/served-calls.ts';
import { isIdentifier } from '../identifier.ts';
import type { AuditTrail, NewAuditEvent } from './audit-events.ts';

export interface RefusalBounds {
  /** After this long the counting begins anew. */
  windowMs: number;
  /** Entries of one origin in that time. */
  perOrigin: number;
  /** Entries of all origins in that time. */
  inAll: number;
}

const defaultBounds: RefusalBounds = { windowMs: 60_000, perOrigin: 20, inAll: 1000 };

interface Origin {
  recorded: number;
  suppressed: number;
  /** The last event that was not recorded. */
  event: NewAuditEvent;
}

/**
 * Records what was refused, in bounds, because refusals cost those who provoke them nothing.
 *
 * What is over the bounds is counted, and recorded as one entry with that count when the time is over. Whether there is
 * what was asked for makes no difference to any of this, so that it does not show in the time that a refusal takes.
 */
export class RefusalRecorder implements AsyncDisposable {
  readonly #trail: AuditTrail;
  readonly #bounds: RefusalBounds;
  readonly #origins = new Map<string, Origin>();
  #recorded = 0;
  /** Of origins that there was no room to tell apart. */
  #unattributed: Origin | undefined;

  constructor(trail: AuditTrail, bounds = defaultBounds) {
    this.#trail = trail;
    this.#bounds = bounds;
  }

  /** How often `closeWindow` has to be called. */
  get windowMs(): number {
    return this.#bounds.windowMs;
  }

  /** @param origin who is behind it: the bounds are for each origin and type of event */
  async record(event: NewAuditEvent, origin = event.userId ?? 'nobody'): Promise<void> {
    const key = `${event.type} ${origin}`;
    let counts = this.#origins.get(key);
    if (!counts) {
      counts = this.#recorded < this.#bounds.inAll ? { recorded: 0, suppressed: 0, event } : undefined;
      if (counts) this.#origins.set(key, counts);
      else this.#unattributed = { recorded: 0, suppressed: (this.#unattributed?.suppressed ?? 0) + 1, event };
    }
    if (!counts) return;
    if (counts.recorded >= this.#bounds.perOrigin || this.#recorded >= this.#bounds.inAll) {
      counts.suppressed += 1;
      counts.event = event;
      return;
    }
    counts.recorded += 1;
    this.#recorded += 1;
    await this.#trail.record(event);
  }

  /** Records what was suppressed, and begins to count anew. */
  async closeWindow(): Promise<void> {
    const origins = [...this.#origins.values(), ...(this.#unattributed ? [this.#unattributed] : [])];
    this.#origins.clear();
    this.#recorded = 0;
    this.#unattributed = undefined;
    for (const { event, suppressed } of origins) {
      if (suppressed > 0) await this.#trail.record({ ...event, details: { ...event.details, suppressed } });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeWindow();
  }
}

const secretKeeping = new Set<StatusCode>(['PERMISSION_DENIED', 'NOT_FOUND']);

/**
 * Records calls that were refused. To a user a thing that does not exist is the same as one that is none of theirs, and
 * so it is to the log.
 */
export function recordRefusals(
  recorder: RefusalRecorder,
  service: string,
  isOwn: (refusal: Refusal) => boolean = () => true,
): (refusal: Refusal) => Promise<void> {
  return async (refusal) => {
    const { principal, method, status, request } = refusal;
    if (!secretKeeping.has(status.code) || !isOwn(refusal)) return;
    if (principal.kind !== 'user' && status.code === 'NOT_FOUND') return;
    await recorder.record(
      {
        type: 'access_denied',
        service,
        ...actorOf(principal),
        ...subjectOf(request),
        details: { method: method.slice(method.lastIndexOf('/') + 1), reason: status.reason },
      },
      originOf(principal),
    );
  };
}

function actorOf(principal: Principal): Pick<NewAuditEvent, 'userId' | 'sessionId'> {
  return principal.kind === 'user' ? { userId: principal.userId, sessionId: principal.sessionId } : {};
}

function originOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.userId;
    case 'service':
      return `service ${principal.name}`;
    case 'anonymous':
      return 'nobody';
  }
}

/** A call may be refused before anybody looks at its message, so what is there for an id may be anything. */
function subjectOf(request: object | undefined): Pick<NewAuditEvent, 'documentId' | 'analysisId'> {
  const { documentId, analysisId } = (request ?? {}) as { documentId?: string; analysisId?: string };
  return {
    ...(documentId !== undefined && isIdentifier(documentId) && { documentId }),
    ...(analysisId !== undefined && isIdentifier(analysisId) && { analysisId }),
  };
}
