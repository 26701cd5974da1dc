import { isIdentifier } from '@contract-reviewer/platform/identifier';
import {
  parseObject,
  type Version1Entry,
  type Version1Family,
  type Version1References,
} from '@contract-reviewer/platform/version1/family';
import type { DocumentFamily } from './document-family.ts';
import { isVersion1Key, version1DocumentKey } from './version1-keys.ts';

const analysisPrefix = 'analysis:';

/** The analyses of version 1, which need their documents: the analysis service imports them. */
export function analysesOf(documents: DocumentFamily): Version1References {
  return {
    name: 'analysis',
    pattern: `${analysisPrefix}*`,
    refersTo: documentOfAnalysis,
    supply: (transaction, keys, context) => documents.supply(transaction, keys, context),
  };
}

/** Keys of which nobody knows what they are. */
export const unknownKeys: Version1Family = {
  name: 'unknown',
  pattern: '*',
  owns: (key) => !isVersion1Key(key),
  import: async (_transaction, entries) => entries.map(() => ({ setAside: 'unknown_key' })),
  render: async () => new Map(),
};

function documentOfAnalysis({ key, text }: Version1Entry): string[] {
  const parsed = parseObject(text);
  if ('setAside' in parsed || !isIdentifier(key.slice(analysisPrefix.length))) return [];
  const { object } = parsed;
  const documentId = [object.document_id, object.documentId, object.doc_id].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof documentId === 'string' && isIdentifier(documentId) ? [version1DocumentKey(documentId)] : [];
}
