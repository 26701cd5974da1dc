import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { RenderedJson } from '@contract-reviewer/platform/json/rendered-json';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type {
  Document,
  DocumentId,
  DocumentState,
  DocumentText,
  SharedDocument,
  StatusReason,
  UserId,
} from '../domain/document.ts';
import type { Metadata } from '../domain/metadata.ts';
import type { ExtractionOutcome } from '../extraction/extractor.ts';

/** Whose list it is: that of a user, or of a user's session that is narrowed to one document. */
export interface Viewer {
  userId: UserId;
  documentId?: DocumentId;
}

export interface PageRequest {
  limit: number;
  offset: number;
}

export interface DocumentPage {
  documents: Document[];
  /** How many documents the viewer sees, on all pages. */
  totalCount: number;
}

/** A document as REST gives it, and what others need to know of it. */
export interface RenderedDocument extends DocumentState {
  /** See `Document`. */
  version1Original?: string;
  json: RenderedJson;
}

/** A page as REST gives it. */
export interface RenderedPage {
  /** Of the texts of its documents, which REST does not tell; null where there is none. */
  textSha256s: (string | null)[];
  json: RenderedJson;
}

/** What is absent stays as it is. */
export interface DocumentChange {
  filename?: string;
  /** Replaces the metadata as a whole. */
  metadata?: Metadata;
}

export interface UpdateOptions {
  /** The version that the change is based on; absent for whatever is there. */
  expectedVersion?: number;
  now: Date;
  event: NewAuditEvent;
}

/** An attempt to read the text of a document. */
export interface ExtractionAttempt {
  /** The fencing token: a later attempt has a higher one. */
  number: number;
  document: Document;
}

/**
 * Documents and their texts. Each change is written together with its audit event, where it has one, and raises the
 * document's version and the list generations of its viewers: its owner, and whoever it is granted to. Once a change
 * resolves, no `get` and no `list` on any replica shows what was before.
 */
export interface DocumentStore {
  /**
   * Stores a new document, and the job to extract its text.
   *
   * @param placeContent puts the content at its address; called while nobody can remove content of that hash. If it
   *   rejects, nothing is stored.
   */
  create(document: Document, event: NewAuditEvent, placeContent: () => Promise<void>): Promise<void>;

  get(documentId: DocumentId): Promise<SharedDocument | undefined>;

  /** The same as REST gives it, and until when others may rely on who may do what with it. */
  getRendered(documentId: DocumentId): Promise<Leased<RenderedDocument | undefined>>;

  /**
   * The documents that the viewer owns or was granted, newest first, in an order that is the same each time. Page and
   * total are of the same moment.
   */
  list(viewer: Viewer, page: PageRequest): Promise<DocumentPage>;

  /** The same as REST gives it. */
  listRendered(viewer: Viewer, page: PageRequest): Promise<RenderedPage>;

  /** Rises with each change to a document that the viewer sees, and perhaps with others; 0 before the first. */
  listGeneration(viewer: Viewer): Promise<number>;

  /**
   * @returns the document after the change, or undefined if there is none of that id
   * @throws {DocumentError} version_mismatch if it is not at the expected version
   */
  update(documentId: DocumentId, change: DocumentChange, options: UpdateOptions): Promise<Document | undefined>;

  /**
   * Deletes a document, its text and its grants, and sees to it that its analyses and its content follow. Resolves when
   * nothing that anybody concluded from their being there is trusted any more.
   *
   * @returns whether there was one
   */
  delete(documentId: DocumentId, event: NewAuditEvent): Promise<boolean>;

  /** The text of a document; undefined unless it is `ready`. */
  getText(documentId: DocumentId): Promise<DocumentText | undefined>;

  /**
   * Begins an attempt to extract the text: the document is `extracting` from now on, and no earlier attempt can finish.
   *
   * @returns undefined if the document is gone, or its extraction has ended
   */
  beginExtraction(documentId: DocumentId, now: Date): Promise<ExtractionAttempt | undefined>;

  /** Stores what came of an attempt. @returns false, and does nothing, if that attempt is not the newest any more */
  finishExtraction(documentId: DocumentId, attempt: number, outcome: ExtractionOutcome, now: Date): Promise<boolean>;

  /** Ends the extraction without a result, whatever attempt it is at; the document is `unreadable`, if it exists. */
  abandonExtraction(documentId: DocumentId, reason: StatusReason, now: Date): Promise<void>;
}
