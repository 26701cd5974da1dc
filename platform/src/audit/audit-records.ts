import { z } from 'zod';
import { toCamelCase, toSnakeCase } from '../json/snake-case.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditHead, HeadFile } from './audit-head.ts';
import type { AuditKey } from './audit-keys.ts';

/** What an exported log begins with. */
export interface LogRecord {
  kind: 'log';
  /** 2 since entries share signatures; logs of format 1 are still read. */
  format: 1 | 2;
  logId: string;
  /** How many entries were sealed away before the first one that follows. */
  sealedSize: number;
  /** Roots of the largest perfect subtrees over those, in hexadecimal, the largest first. */
  sealedPeaks: readonly string[];
}

/**
 * A line of an exported log. The log comes first, then its keys, then the heads that were signed until then, then the
 * entries in order, then a head over all of them.
 */
export type AuditRecord =
  | LogRecord
  | ({ kind: 'key' } & AuditKey)
  | ({ kind: 'head' } & AuditHead)
  | ({ kind: 'entry' } & AuditEntry)
  /** In an archive: an entry that comes after it and declares erasures in it. */
  | ({ kind: 'declaration' } & AuditEntry);

/** A text is not what it should be: no log, no head, or damaged. */
export class AuditFormatError extends Error {
  override readonly name = 'AuditFormatError';
}

const count = z.number().int().nonnegative();
const keyShape = {
  keyId: z.string(),
  publicKey: z.string(),
  predecessor: z.strictObject({ keyId: z.string(), endorsement: z.string(), acknowledgement: z.string() }).optional(),
};
const headShape = {
  logId: z.string(),
  size: count,
  rootHash: z.string(),
  signedAt: z.string(),
  keyId: z.string(),
  signature: z.string(),
};
const part = z.strictObject({
  hash: z.string(),
  salt: z.string().optional(),
  text: z.string().optional(),
  erasedBy: count.optional(),
});

const entryShape = {
  sequence: z.number(),
  eventId: z.string(),
  type: z.string(),
  occurredAt: z.string(),
  service: z.string(),
  outcome: z.string(),
  actor: part,
  content: part,
  keyId: z.string(),
  signature: z.string(),
};

const record = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('log'),
    format: z.literal([1, 2], 'this version of the verifier knows formats 1 and 2 only'),
    logId: z.string(),
    sealedSize: count,
    sealedPeaks: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  }),
  z.strictObject({ kind: z.literal('key'), ...keyShape }),
  z.strictObject({ kind: z.literal('head'), ...headShape }),
  z.strictObject({ kind: z.literal('entry'), ...entryShape }),
  z.strictObject({ kind: z.literal('declaration'), ...entryShape }),
]);

const headFile = z.strictObject({
  format: z.literal(1, 'this version of the verifier knows format 1 only'),
  head: z.strictObject(headShape),
  keys: z.array(z.strictObject(keyShape)),
  earlierHeads: z.array(z.strictObject(headShape)),
});

/** A record as a line of JSON, without the line's end. */
export function formatRecord(line: AuditRecord): string {
  return JSON.stringify(toSnakeCase(line));
}

/** @throws {AuditFormatError} */
export function parseRecord(line: string): AuditRecord {
  return parse(record, line, 'a line of an exported audit log');
}

/** @throws {AuditFormatError} */
export function parseHeadFile(text: string): HeadFile {
  const { head, keys, earlierHeads } = parse(headFile, text, 'a head of an audit log');
  return { head, keys, earlierHeads };
}

function parse<T>(schema: z.ZodType<T>, text: string, what: string): T {
  try {
    return schema.parse(toCamelCase(JSON.parse(text)));
  } catch (cause) {
    throw new AuditFormatError(`This is not ${what}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return 'it is not JSON';
  return error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}
