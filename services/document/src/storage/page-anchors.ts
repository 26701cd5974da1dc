import { BoundedMap } from '@contract-reviewer/platform/bounded-map';
import type { DocumentId, UserId } from '../domain/document.ts';

/** A place in a list: behind this document, which is the last of so many. */
export interface PageAnchor {
  offset: number;
  documentId: DocumentId;
  /** As PostgreSQL writes it, to the microsecond. */
  createdAt: string;
}

interface KnownList {
  version: string;
  /** By their offsets in steps. */
  anchors: Map<number, PageAnchor>;
}

/** One place is remembered for so many documents. */
const step = 50;
/** Of one list. */
const maxAnchors = 400;
const maxLists = 500;

/**
 * Places in users' lists where earlier pages ended, so that PostgreSQL need not read all that is before a page to find it.
 * They hold for a version of the list; whether it still is that one is for the statement that uses them to tell.
 */
export class PageAnchors {
  readonly #lists = new BoundedMap<KnownList>(maxLists);

  /** The last place that is known at or before an offset, and of which version of the list; undefined for the beginning. */
  nearest(userId: UserId, offset: number): { anchor: PageAnchor; version: string } | undefined {
    const list = this.#lists.get(userId);
    if (!list) return undefined;
    for (let at = Math.min(stepOf(offset), maxAnchors); at >= 0; at -= 1) {
      const anchor = list.anchors.get(at);
      if (anchor && anchor.offset <= offset) return { anchor, version: list.version };
    }
    return undefined;
  }

  learn(userId: UserId, version: string, anchor: PageAnchor): void {
    let list = this.#lists.get(userId);
    if (list?.version !== version) {
      list = { version, anchors: new Map() };
      this.#lists.set(userId, list);
    }
    const at = Math.min(stepOf(anchor.offset), maxAnchors);
    if (!list.anchors.has(at)) list.anchors.set(at, anchor);
  }
}

function stepOf(offset: number): number {
  return Math.floor(offset / step);
}
