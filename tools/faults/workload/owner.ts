import type { Random } from '../random.ts';
import type { OpenedSession } from './answer.ts';

export interface NarrowedSession extends OpenedSession {
  documentId: string;
}

/** What is remembered of things that are gone, to look whether they really are. */
const remembered = 20;

/** A user, and what of theirs the clients play with. */
export class Owner {
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
  /** Ids of reviews whose end was told. */
  readonly reviews: string[] = [];

  constructor(session: OpenedSession, hot: readonly string[], reviewed: string) {
    this.session = session;
    this.hot = hot;
    this.reviewed = reviewed;
  }

  /** Documents that were acknowledged and that nobody has tried to delete. */
  get documents(): string[] {
    return [...this.hot, this.reviewed, ...this.passing];
  }

  takePassing(random: Random): string | undefined {
    return take(this.passing, random);
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
