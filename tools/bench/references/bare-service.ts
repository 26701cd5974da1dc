import { Redis } from 'ioredis';
import { PlainStore, type PlainStoreSettings } from './plain-store.ts';
import { serveRaw } from './raw-method.ts';

/** Serves what the bare chain is answered from: `Get` is one GET of Redis, the rest what its store does. @returns the port */
export async function serveBareService(settings: PlainStoreSettings): Promise<number> {
  const redis = new Redis(settings.redisUrl);
  const store = new PlainStore(settings);
  return serveRaw({
    Get: async (key) => {
      const value = await redis.getBuffer(key);
      if (value === null) throw new Error(`there is no ${key}`);
      return value;
    },
    GetDocument: (id) => store.document(id),
    GetAnalysis: (id) => store.analysis(id),
    ListDocuments: (page) => store.documentPage(...(page.split(' ') as [string, string])),
    CreateSession: () => store.createSession(),
    SaveAnalysis: () => store.saveAnalysis(),
  });
}
