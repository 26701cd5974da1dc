import { createHash } from 'node:crypto';
import { Random } from '../faults/random.ts';
import { faults, type Version1Entry } from './entry.ts';
import { spoiledEntry } from './spoiled-entry.ts';

export interface Version1DataOptions {
  /** How many analyses there are; a document has four. */
  analyses: number;
  /** The same seed brings the same data. */
  seed: number;
  /** Between these, in milliseconds, lives every hundredth analysis from when it is planted; the others for days. */
  nearExpiryMs: { from: number; to: number };
  /** The user who owns every other document; the rest has no owner. */
  ownerId: string;
}

const analysesPerDocument = 4;
const day = 24 * 60 * 60 * 1000;
/** Version 1 began here. */
const epoch = Date.UTC(2025, 0, 1);

/**
 * Keys as version 1 left them: of each hundred analyses one does not fit and one is about to expire. Some ids are no
 * UUIDs, some documents are gone or have no owner, some pointers are missing.
 */
export function* version1Data(options: Version1DataOptions): Generator<Version1Entry> {
  const random = new Random(options.seed);
  const documents = Math.ceil(options.analyses / analysesPerDocument);
  let spoiled = 0;
  for (let number = 0; number < documents; number += 1) {
    const documentId = idOf('document', options.seed, number);
    const isGone = number % 50 === 7;
    if (!isGone) yield documentEntry(documentId, number, options, random);

    let latest: string | undefined;
    for (let turn = 0; turn < analysesPerDocument; turn += 1) {
      const index = number * analysesPerDocument + turn;
      if (index >= options.analyses) break;
      const analysisId = idOf('analysis', options.seed, index);
      if (index % 100 === 42) {
        const fault = faults[spoiled % faults.length] as (typeof faults)[number];
        yield spoiledEntry(fault, analysisId, thirtyDays(random));
        spoiled += 1;
      } else {
        yield analysisEntry(analysisId, documentId, index, options, random);
        latest = analysisId;
      }
    }
    if (latest !== undefined && number % 20 !== 3) {
      yield {
        key: `document_analysis:${documentId}`,
        family: 'document_analysis',
        type: 'string',
        value: Buffer.from(latest),
        ttlMs: thirtyDays(random),
        fate: 'imported',
        documentId,
      };
    }
  }
}

function documentEntry(
  documentId: string,
  number: number,
  { ownerId }: Version1DataOptions,
  random: Random,
): Version1Entry {
  const created = epoch + number * 1000;
  const isOwned = number % 2 === 0;
  const document = {
    document_id: documentId,
    filename: `Vertrag Nr. ${number} – Änderung.pdf`,
    created_at: number % 3 === 0 ? created : new Date(created).toISOString(),
    metadata: { department: random.pick(['legal', 'sales', 'procurement']), pages: Math.round(random.between(1, 80)) },
    ...(isOwned ? { user_id: ownerId } : {}),
    ...(number % 100 === 11 ? { content: `Agreement number ${number}. The fee is EUR ${number}.` } : {}),
  };
  return {
    key: `document:${documentId}`,
    family: 'document',
    type: 'string',
    value: Buffer.from(JSON.stringify(document)),
    ttlMs: thirtyDays(random),
    fate: 'imported',
    documentId,
    isOwned,
  };
}

function analysisEntry(
  analysisId: string,
  documentId: string,
  index: number,
  { nearExpiryMs }: Version1DataOptions,
  random: Random,
): Version1Entry {
  const created = epoch + index * 1000;
  const analysis = {
    analysis_id: analysisId,
    document_id: documentId,
    status: 'completed',
    // Escaped, it is good JSON, and PostgreSQL's text cannot hold what it stands for.
    model_used: index % 500 === 1 ? 'llama\u0000' : 'llama3.2',
    timestamp: index % 2 === 0 ? created / 1000 : new Date(created).toISOString(),
    results: {
      summary: `The parties agree on delivery no. ${index}; “liability” is limited to ${Math.round(random.between(1, 99))} %.`,
      risks: Array.from({ length: Math.floor(random.between(0, 4)) }, (_, risk) => ({
        level: random.pick(['high', 'medium', 'low']),
        description: `Risk ${risk + 1} of analysis ${index}`,
      })),
      key_clauses: ['Governing Law', 'Termination'],
    },
    confidence_score: Number(random.next().toFixed(3)),
    processing_time_ms: Math.round(random.between(200, 90_000)),
  };
  return {
    key: `analysis:${analysisId}`,
    family: 'analysis',
    type: 'string',
    value: Buffer.from(JSON.stringify(analysis)),
    ttlMs: index % 100 === 17 ? Math.round(random.between(nearExpiryMs.from, nearExpiryMs.to)) : thirtyDays(random),
    fate: 'imported',
    documentId,
  };
}

/** Up to thirty days, as version 1 had it. */
function thirtyDays(random: Random): number {
  return Math.round(random.between(2 * day, 30 * day));
}

/** A UUID, or every fifth time something else that version 1 took for an id. */
function idOf(kind: string, seed: number, number: number): string {
  if (number % 5 === 2) return `${kind}-2025.${number}~legal@acme:${seed}`;
  const digest = createHash('sha256').update(`${seed}/${kind}/${number}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
