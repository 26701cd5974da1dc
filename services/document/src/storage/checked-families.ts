import type { CheckedFamily } from '@contract-reviewer/platform/cache/consistency-check';
import { isIdentifier } from '@contract-reviewer/platform/identifier';
import type { DocumentId, SharedDocument } from '../domain/document.ts';
import { documentKey, documentKeyPrefix, listOfKey, listsKeyPrefix, viewerOfGenerationKey } from './cache-keys.ts';
import { generationCodec, renderedDocumentCodec, renderedPageCodec } from './document-codec.ts';
import type { DocumentStore, RenderedDocument, RenderedPage } from './document-store.ts';
import { renderDocument } from './rendered-document.ts';

/** Reads several rows at once, and lists. */
export interface DocumentRows extends Pick<DocumentStore, 'listRendered' | 'listGeneration'> {
  getMany(documentIds: readonly DocumentId[]): Promise<SharedDocument[]>;
}

/** What the consistency check compares. */
export function checkedFamilies(rows: DocumentRows): CheckedFamily<unknown>[] {
  const documents: CheckedFamily<RenderedDocument> = {
    name: 'document',
    keyPrefix: documentKeyPrefix,
    isKey: (key) => key.startsWith(documentKeyPrefix) && isIdentifier(key.slice(documentKeyPrefix.length)),
    codec: renderedDocumentCodec,
    load: async (keys) => {
      const found = await rows.getMany(keys.map((key) => key.slice(documentKeyPrefix.length) as DocumentId));
      const byKey = new Map(found.map((document) => [documentKey(document.documentId), renderDocument(document)]));
      return new Map(keys.map((key) => [key, byKey.get(key)]));
    },
  };
  const pages: CheckedFamily<RenderedPage> = {
    name: 'documents_list',
    keyPrefix: listsKeyPrefix,
    isKey: (key) => listOfKey(key) !== undefined,
    codec: renderedPageCodec,
    load: async (keys) => {
      const truths = new Map<string, RenderedPage>();
      for (const key of keys) {
        const list = listOfKey(key);
        if (!list) continue;
        // In this order: if the generation is the key's after the page was read, the page is of that generation, too.
        const page = await rows.listRendered(list.viewer, list.page);
        if ((await rows.listGeneration(list.viewer)) === list.generation) truths.set(key, page);
      }
      return truths;
    },
  };
  const generations: CheckedFamily<number> = {
    name: 'documents_list_generation',
    keyPrefix: listsKeyPrefix,
    isKey: (key) => viewerOfGenerationKey(key) !== undefined,
    codec: generationCodec,
    load: async (keys) => {
      const truths = new Map<string, number>();
      for (const key of keys) {
        const viewer = viewerOfGenerationKey(key);
        if (viewer) truths.set(key, await rows.listGeneration(viewer));
      }
      return truths;
    },
  };
  return [documents, pages, generations];
}
