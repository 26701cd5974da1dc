import { CollectedReads } from '@contract-reviewer/platform/pg/collected-reads';
import type { Queryable } from '@contract-reviewer/platform/pg/database';
import type { DocumentId, UserId } from '../domain/document.ts';
import { type DocumentRow, documentColumns, documentOf } from './document-row.ts';
import type { DocumentPage, PageRequest, Viewer } from './document-store.ts';
import { type PageAnchor, PageAnchors } from './page-anchors.ts';

interface WantedPage {
  userId: UserId;
  page: PageRequest;
  /** A place at or before the page, in whatever version of the list. */
  anchor: PageAnchor | undefined;
}

interface FoundPage {
  page: DocumentPage;
  /** The version that the list has; the page is the right one if the anchor is of that version, too. */
  version: string;
  /** Where the page ends; undefined if it is empty. */
  end: PageAnchor | undefined;
}

/** A document of a page, with what is told of the whole list. Of an empty page there is a row without a document. */
interface PageRow extends DocumentRow {
  /** Of the wanted page, from 1. */
  number: number;
  generation: string;
  total: number;
  exact_created_at: string;
}

/** So many pages come with one statement: they may be a hundred documents each. */
const maxPagesTogether = 8;
/** A page that has more before it, from where it is looked for, keeps no others waiting. */
const maxSkippedTogether = 500;

/** Pages of the documents that somebody sees. */
export class DocumentPages {
  readonly #database: Queryable;
  readonly #anchors = new PageAnchors();
  readonly #reads = new CollectedReads<WantedPage, FoundPage>((wanted) => this.#find(wanted), maxPagesTogether);

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** As a store's `list`. */
  async read({ userId, documentId }: Viewer, page: PageRequest): Promise<DocumentPage> {
    if (documentId !== undefined) return this.#readOfOne(userId, documentId, page);
    const known = this.#anchors.nearest(userId, page.offset);
    let found = await this.#read({ userId, page, anchor: known?.anchor });
    if (known && known.version !== found.version) found = await this.#read({ userId, page, anchor: undefined });
    if (found.end) this.#anchors.learn(userId, found.version, found.end);
    return found.page;
  }

  async #readOfOne(userId: UserId, documentId: DocumentId, { limit, offset }: PageRequest): Promise<DocumentPage> {
    const rows = await this.#database.query<DocumentRow>(
      `SELECT ${documentColumns} FROM document.documents
        WHERE document_id = $2 AND (owner_id = $1 OR EXISTS (
          SELECT FROM document.grants WHERE grants.document_id = $2 AND user_id = $1))`,
      [userId, documentId],
    );
    return { documents: rows.slice(offset, offset + limit).map(documentOf), totalCount: rows.length };
  }

  async #read(wanted: WantedPage): Promise<FoundPage> {
    const { page, anchor } = wanted;
    const isDeep = page.offset - (anchor?.offset ?? 0) > maxSkippedTogether;
    const found = isDeep ? (await this.#find([wanted])).get(wanted) : await this.#reads.read(wanted);
    if (!found) throw new TypeError('a page has a row, also when it is empty');
    return found;
  }

  async #find(wanted: readonly WantedPage[]): Promise<Map<WantedPage, FoundPage>> {
    // One statement, so that page and total are of the same moment. Each half is read off its index in the order of the
    // page and no further than that reaches; without limits of their own, both would be sorted as a whole. OFFSET 0 keeps
    // the planner, who cannot know how long pages are, from reading all documents for a few; parameters in subqueries keep
    // it from counting them, which would make the plan for any number look dearer than one for each statement.
    const rows = await this.#database.query<PageRow>(
      `SELECT wanted.number::int, coalesce(generation, 0) AS generation, coalesce(total, 0) AS total, page.*
         FROM unnest((SELECT $1::text[]), (SELECT $2::int[]), (SELECT $3::int[]), (SELECT $4::timestamptz[]),
                     (SELECT $5::text[])) WITH ORDINALITY
                AS wanted (user_id, size, skipped, behind_created_at, behind_document_id, number)
         LEFT JOIN document.list_generations ON owner_id = user_id
         LEFT JOIN LATERAL (
           SELECT document.*
             FROM (
               (SELECT document_id, created_at FROM document.documents
                 WHERE owner_id = wanted.user_id AND (created_at, document_id) < (behind_created_at, behind_document_id)
                 ORDER BY created_at DESC, document_id DESC
                 LIMIT size + skipped)
               UNION ALL
               (SELECT document_id, document_created_at FROM document.grants
                 WHERE user_id = wanted.user_id
                   AND (document_created_at, document_id) < (behind_created_at, behind_document_id)
                 ORDER BY document_created_at DESC, document_id DESC
                 LIMIT size + skipped)
               ORDER BY created_at DESC, document_id DESC
               LIMIT size OFFSET skipped
             ) AS place
             CROSS JOIN LATERAL (
               SELECT ${documentColumns}, created_at::text AS exact_created_at
                 FROM document.documents WHERE documents.document_id = place.document_id
               OFFSET 0
             ) AS document
         ) AS page ON true
        ORDER BY number, created_at DESC, document_id DESC`,
      [
        wanted.map(({ userId }) => userId),
        wanted.map(({ page }) => page.limit),
        wanted.map(({ page, anchor }) => page.offset - (anchor?.offset ?? 0)),
        wanted.map(({ anchor }) => anchor?.createdAt ?? 'infinity'),
        wanted.map(({ anchor }) => anchor?.documentId ?? ''),
      ],
    );
    const rowsOfPages = Map.groupBy(rows, ({ number }) => number);
    return new Map(wanted.map((each, index) => [each, foundIn(rowsOfPages.get(index + 1) ?? [], each.page)]));
  }
}

function foundIn(rows: readonly PageRow[], { offset }: PageRequest): FoundPage {
  const [first] = rows;
  const last = rows.at(-1);
  const documents = rows.filter((row) => row.document_id !== null);
  return {
    page: { documents: documents.map(documentOf), totalCount: first?.total ?? 0 },
    version: `${first?.generation} ${first?.total}`,
    end:
      last && documents.length > 0
        ? { offset: offset + documents.length, documentId: last.document_id, createdAt: last.exact_created_at }
        : undefined,
  };
}
