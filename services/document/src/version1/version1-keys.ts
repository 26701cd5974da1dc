/** How version 1 named what it kept. */

const documentPrefix = 'document:';
const prefixes = [documentPrefix, 'analysis:', 'document_analysis:'];

export function version1DocumentKey(documentId: string): string {
  return `${documentPrefix}${documentId}`;
}

export function documentIdOf(key: string): string {
  return key.slice(documentPrefix.length);
}

/** Whether version 1 made keys that begin like this one. */
export function isVersion1Key(key: string): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix));
}
