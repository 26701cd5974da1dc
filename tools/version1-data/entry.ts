/** A key of version 1 as it is planted, and what has to become of it. */
export interface Version1Entry {
  key: string;
  family: 'document' | 'analysis' | 'document_analysis' | 'unknown';
  type: 'string' | 'list';
  /** What is under the key; of another type than text, its only element. */
  value: Buffer;
  /** Undefined: it does not expire. */
  ttlMs: number | undefined;
  fate: 'imported' | Fault;
  /** Of what is imported: the document that it is, or is about. */
  documentId?: string;
  /** Of a document: whether version 1 noted who owns it. */
  isOwned?: boolean;
}

/** What is wrong with an entry that does not fit. */
export const faults = [
  'not_utf8',
  'not_json',
  'cut_off',
  'not_an_object',
  'wrong_type',
  'invalid_id',
  'unknown_key',
  'without_document',
  'pointer_to_nothing',
  'pointer_without_id',
  'not_json_document',
] as const;
export type Fault = (typeof faults)[number];

export function isFault(fate: Version1Entry['fate']): fate is Fault {
  return fate !== 'imported';
}
