import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type GatewaySession, UnreachableError, withJson } from '../gateway/gateway-session.ts';

/** The whole log may be long, and a check of it takes as long as it is. */
const wholeLogTimeoutMs = 60 * 60_000;

/** The head of the log, as the file that is kept. */
export async function fetchHead(session: GatewaySession): Promise<string> {
  const response = await session.request('/api/audit/head');
  return `${JSON.stringify(await response.json(), null, 2)}\n`;
}

/** The lines of an export, without line ends. @throws {UnreachableError} also when it breaks off */
export async function* fetchLines(session: GatewaySession, before?: Date): AsyncGenerator<string> {
  const query = before === undefined ? '' : `?before=${encodeURIComponent(before.toISOString())}`;
  const response = await session.request(`/api/audit/export${query}`, {}, wholeLogTimeoutMs);
  const body = Readable.fromWeb(response.body as ReadableStream);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const lines = createInterface({ input: body })[Symbol.asyncIterator]();
  // The lines end in silence when what they are read from breaks off.
  body.once('error', (cause) => broken.reject(new UnreachableError('the export broke off', { cause })));
  for (let next = await lines.next(); !next.done; next = await Promise.race([lines.next(), broken.promise])) {
    yield next.value;
  }
  if (body.errored) throw new UnreachableError('the export broke off', { cause: body.errored });
}

export interface Archive {
  sealed_size: number;
  root_hash: string;
  archive_sha256: string;
}

/** @returns how many entries were removed */
export async function seal(session: GatewaySession, archive: Archive): Promise<number> {
  const response = await session.request('/api/audit/seal', withJson(archive), wholeLogTimeoutMs);
  return ((await response.json()) as { removed_count: number }).removed_count;
}

/** @returns how many parts of entries were erased */
export async function erase(session: GatewaySession, userId: string): Promise<number> {
  const response = await session.request('/api/audit/erase', withJson({ user_id: userId }), wholeLogTimeoutMs);
  return ((await response.json()) as { erased_count: number }).erased_count;
}
