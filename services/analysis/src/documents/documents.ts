import type { AnalysisId, DocumentId, PageRange } from '../domain/analysis.ts';

export type DocumentPermission = 'read' | 'analyze';

export interface DocumentState {
  /** A word of the document service: `uploaded`, `extracting`, `ready`, `needs_ocr` or `unreadable`. */
  status: string;
  /** Why there is no text; a stable word and a sentence for people. */
  statusReason?: { reason: string; message: string };
  /** Empty until the text is there. */
  textSha256: string;
}

export interface DocumentText {
  text: string;
  pages: PageRange[];
  textSha256: string;
}

/** Who a call is made for, signed, and fresh whenever it is asked for. */
export type Assertion = () => Promise<string>;

/** In whose name a text is read: a user's, who must be allowed to, or this service's own, for that analysis. */
export type TextReader = { assertion: Assertion } | { analysisId: AnalysisId };

/** Documents, as this service needs them. Who may do what with them is decided by the service that owns them. */
export interface Documents {
  /**
   * @param assertion of the caller
   * @throws {AnalysisRequestError} document_not_found if there is none that the caller may see
   * @throws {StatusError} PERMISSION_DENIED if they may see it but not this, and whatever else the owner answers
   */
  checkAccess(documentId: DocumentId, permission: DocumentPermission, assertion: Assertion): Promise<DocumentState>;

  /**
   * The same for reading, where the state of the document does not matter: the answer may be remembered for as long as
   * nobody can have been told that it has changed.
   *
   * @throws {AnalysisRequestError} document_not_found if there is none that the caller may see
   * @throws {StatusError} PERMISSION_DENIED if they may see it but not read it, and whatever else the owner answers
   */
  requireReadable(documentId: DocumentId, assertion: Assertion): Promise<void>;

  /**
   * The name that its owner gave a document.
   *
   * @param assertion of the caller
   * @throws {AnalysisRequestError} document_not_found if there is none that the caller may see
   */
  filenameOf(documentId: DocumentId, assertion: Assertion): Promise<string>;

  /**
   * The text of a document. That it is read is recorded by its owner.
   *
   * @param waitMs how long to wait for an extraction that is under way; at most 30 s
   * @returns undefined while there is no text yet, or nobody to ask for it: worth another try
   * @throws {ReviewFailure} if there will never be a text
   */
  readText(
    documentId: DocumentId,
    reader: TextReader,
    options: { waitMs: number; signal: AbortSignal },
  ): Promise<DocumentText | undefined>;
}
