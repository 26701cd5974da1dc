import type { DocumentId } from './domain/document.ts';

/** The work to read the text of one document. */
export interface ExtractionJob {
  documentId: DocumentId;
}

/** The name of its queue. */
export const extractionQueue = 'extraction';
