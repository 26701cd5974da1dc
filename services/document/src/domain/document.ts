/** A contract as it was uploaded, and the text that was read from it. */

import type { GrantedPermissions } from './grant.ts';
import type { Metadata } from './metadata.ts';

export type DocumentId = string & { readonly brand: 'DocumentId' };
export type UserId = string & { readonly brand: 'UserId' };

export const documentStatuses = ['uploaded', 'extracting', 'ready', 'needs_ocr', 'unreadable'] as const;
/**
 * `ready`: the text is there; `needs_ocr`: the pages are pictures; `unreadable`: no text can be had, and
 * `statusReason` says why.
 */
export type DocumentStatus = (typeof documentStatuses)[number];

export const contentTypes = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'text/plain',
  'text/markdown',
] as const;
/** The kinds of file that are accepted, decided by the content and not by the name. */
export type ContentType = (typeof contentTypes)[number];

export interface StatusReason {
  /** A stable word that programs can switch on, such as `encrypted`. */
  reason: string;
  /** A sentence for people. */
  message: string;
}

export interface Document {
  documentId: DocumentId;
  ownerId: UserId;
  /** As the uploader called it; shown, never used as a path. */
  filename: string;
  contentType: ContentType;
  sizeBytes: number;
  /** SHA-256 of the original bytes, in lower-case hexadecimal. */
  sha256: string;
  status: DocumentStatus;
  /** Set when the status is `needs_ocr` or `unreadable`. */
  statusReason?: StatusReason;
  metadata: Metadata;
  /** From 1; rises by one with each change. */
  version: number;
  pageCount?: number;
  /** Unicode code points of the text. */
  charCount?: number;
  /** SHA-256 of the text in UTF-8, in lower-case hexadecimal. */
  textSha256?: string;
  createdAt: Date;
  updatedAt: Date;
  /** The JSON text of what version 1 kept of the document; only where it is read alone, and if it came from there. */
  version1Original?: string;
}

/** A document, and what users other than its owner may do with it. The owner is never among them. */
export interface SharedDocument extends Document {
  /** In the order of the user ids. */
  grants: readonly GrantedPermissions[];
}

/** What decides over access to a document, and how far the reading of its text is: asked far more often than the rest. */
export type DocumentState = Pick<
  SharedDocument,
  'documentId' | 'ownerId' | 'grants' | 'status' | 'statusReason' | 'textSha256'
>;

/** The half-open range [start, end) of Unicode code points that one page takes up in the text. `page` counts from 1. */
export interface PageRange {
  page: number;
  start: number;
  end: number;
}

/**
 * The text of a document. The ranges of `pages` follow one another without a gap and cover the text from its first to
 * its last code point; a page without text has an empty range.
 */
export interface ExtractedText {
  text: string;
  pages: PageRange[];
}

/** The text of a ready document as it is stored. */
export interface DocumentText extends ExtractedText {
  /** SHA-256 of the text in UTF-8, in lower-case hexadecimal. */
  textSha256: string;
}

/** Whether its text may still come. */
export function isBeingRead({ status }: Document): boolean {
  return status === 'uploaded' || status === 'extracting';
}
