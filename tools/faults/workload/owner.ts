import type { Random } from '../random.ts';
import type { OpenedSession } from './answer.ts';

export interface NarrowedSession extends OpenedSession {
  documentId: string;
}

/** A document that another user may read. */
export interface SharedDocument {
  documentId: string;
  reader: Owner;
}

/** What is remembered of things that are gone, to look whether they really are. */
const remembered = 20;

/** A user, and what of theirs the clients play with. */
export class Owner {
  readonly userId: string;
  /** A full session that is never revoked. */
  readonly session: OpenedSession;
  /** Few documents that everybody reads and changes all the time. */
  readonly hot: readonly string[];
  /** A document of its own for reviews. */
  readonly reviewed: string;
  /** Documents that come and go. */
  readonly passing: string[] = [];
  readonly deleted: string[] = [];
  readonly sessions: NarrowedSession[] = [];
  readonly revoked: NarrowedSession[] = [];
  /** Documents that others were granted, and that come and go with the grants. */
  readonly shared: SharedDocument[] = [];
  /** Ids of others' documents that this user was granted, and that nobody has tried to take back. */
  readonly granted: string[] = [];
  readonly ungranted: string[] = [];
  /** Ids of reviews whose end was told. */
  readonly reviews: string[] = [];

  constructor(userId: string, session: OpenedSession, hot: readonly string[], reviewed: string) {
    this.userId = userId;
    this.session = session;
    this.hot = hot;
    this.reviewed = reviewed;
  }

  /** Documents that were acknowledged and that nobody has tried to delete. */
  get documents(): string[] {
    return [...this.hot, this.reviewed, ...this.passing, ...this.shared.map(({ documentId }) => documentId)];
  }

  takePassing(random: Random): string | undefined {
    return take(this.passing, random);
  }

  /** From now on the grant may go at any time. */
  takeShared(random: Random): SharedDocument | undefined {
    const taken = take(this.shared, random);
    if (taken) {
      const { documentId, reader } = taken;
      reader.granted.splice(reader.granted.indexOf(documentId), 1);
      remember(reader.ungranted, documentId);
    }
    return taken;
  }

  takeSession(random: Random): NarrowedSession | undefined {
    return take(this.sessions, random);
  }

  rememberDeleted(documentId: string): void {
    remember(this.deleted, documentId);
  }

  rememberRevoked(session: NarrowedSession): void {
    remember(this.revoked, session);
  }
}

function take<T>(items: T[], random: Random): T | undefined {
  return items.splice(Math.floor(random.next() * items.length), 1)[0];
}

function remember<T>(items: T[], item: T): void {
  items.push(item);
  if (items.length > remembered) items.shift();
}
