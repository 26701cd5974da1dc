import type { Load } from './load.ts';
import { type Bodies, keyPrefix, type References } from './references/references.ts';
import type { Seed } from './seed.ts';
import { type BenchSystem, pidsOf } from './system.ts';
import { withClient } from './with-client.ts';

/** Whom a scenario is asked of. The bare chain does the same work, and for comparison answers what it has in Redis. */
export const subjects = ['system', 'bare chain', 'bare hit', 'monolith'] as const;
export type Subject = (typeof subjects)[number];

export interface Target extends Omit<Load, 'connections' | 'seconds'> {
  /** Whose processor time counts. */
  pids: readonly number[];
}

export interface Scenario {
  name: string;
  /** Whether the caches of all subjects are emptied before each measurement, or filled. */
  cache: 'warm' | 'cold' | 'none';
  /** Done before each measurement. */
  prepare?: () => Promise<unknown>;
  /** For what takes so long that little of it would be finished in less. */
  leastSeconds?: number;
  targets: Partial<Record<Subject, Target>> & { system: Target };
}

interface Parts {
  system: BenchSystem;
  seed: Seed;
  references: References;
}

/** So few entries are asked for in turn where the caches are to have them all. */
const warmCount = 100;
const pageSize = 10;
const maxOffset = 1000;
/** Where an answer takes as long as a review. */
const secondsOfReviews = 10;

export function scenariosFor(parts: Parts): Scenario[] {
  return [...readsOf(parts), ...writesOf(parts)];
}

function readsOf(parts: Parts): Scenario[] {
  const { seed, references } = parts;
  const documents = shuffled(seed.documentIds).map((id) => `/documents/${id}`);
  const analyses = shuffled(seed.analysisIds).map((id) => `/analyses/${id}`);
  const pages = shuffled(frontPages(seed.documentIds.length));
  const read = (name: string, cache: 'warm' | 'cold', key: keyof Bodies, paths: readonly string[]): Scenario => {
    const hit = bareHit(references, key);
    const { bareChain, monolith } = references;
    return {
      name,
      cache,
      targets: {
        system: {
          ...owned(parts),
          method: 'GET',
          requests: paths.map((path) => ({ path: `/api${path}`, token: seed.token })),
        },
        ...(cache === 'warm'
          ? { 'bare chain': hit }
          : { 'bare chain': { ...bareChain, method: 'GET', requests: requestsOf(paths) }, 'bare hit': hit }),
        monolith: { ...monolith, method: 'GET', requests: requestsOf(paths) },
      },
    };
  };
  return [
    read('document hit', 'warm', 'document', documents.slice(0, warmCount)),
    read('analysis hit', 'warm', 'analysis', analyses.slice(0, warmCount)),
    read('analysis miss', 'cold', 'analysis', analyses),
    read('list hit', 'warm', 'list', [pageAt(0, pageSize)]),
    read('list miss', 'cold', 'list', pages),
    // GET /api/sessions/{id}: the bearer token is checked, as in every row, and the session is then read.
    read('session check', 'warm', 'session', [`/sessions/${seed.sessionId}`]),
  ];
}

function writesOf(parts: Parts): Scenario[] {
  const { seed, system } = parts;
  const json = { 'content-type': 'application/json' };
  return [
    {
      name: 'session create',
      cache: 'none',
      // A user has 200 sessions at most; beyond them, each further one would end another.
      prepare: () =>
        withClient(system.stack.databaseUrls.session, (client) =>
          client.query("DELETE FROM session.sessions WHERE made_from <> '{}'"),
        ),
      targets: {
        system: {
          ...owned(parts),
          method: 'POST',
          requests: seed.others.map(({ token }) => ({ path: '/api/sessions', token })),
          headers: json,
          body: '{"permissions":["read","analyze"]}',
        },
        ...writtenByReferences(parts, '/sessions', 'session'),
      },
    },
    {
      name: 'review+save',
      cache: 'none',
      leastSeconds: secondsOfReviews,
      targets: {
        system: {
          ...owned(parts),
          method: 'POST',
          requests: seed.others.map(({ token, documentId }) => ({ path: `/api/analyze/${documentId}?wait=60`, token })),
          headers: json,
          body: '{"force":true}',
        },
        ...writtenByReferences(parts, '/analyses', 'analysis'),
      },
    },
    {
      name: 'upload+review',
      cache: 'none',
      leastSeconds: secondsOfReviews,
      targets: {
        system: {
          ...owned(parts),
          method: 'POST',
          requests: seed.others.map(({ token }) => ({ path: '/api/upload', token })),
          headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
          body: uploadForm,
          following: '/api/analyze/{document_id}?wait=60',
        },
        'bare hit': bareHit(parts.references, 'analysis'),
      },
    },
  ];
}

/** What the references write, and the hit of the same answer. */
function writtenByReferences({ references }: Parts, path: string, key: keyof Bodies): Partial<Scenario['targets']> {
  const { bareChain, monolith } = references;
  const write = { method: 'POST', requests: requestsOf([path]) } as const;
  return {
    'bare chain': { ...bareChain, ...write },
    'bare hit': bareHit(references, key),
    monolith: { ...monolith, ...write },
  };
}

const boundary = 'part-of-the-form';
const uploadForm = [
  `--${boundary}`,
  'content-disposition: form-data; name="file"; filename="supply-agreement.txt"',
  'content-type: text/plain',
  '',
  'SUPPLY AGREEMENT No. {number}',
  '',
  '1. Term. This Agreement begins on March 1, 2026 and continues for one (1) year.',
  '',
  '2. Governing Law. This Agreement is governed by the laws of the State of New York.',
  '',
  '3. Payment. The Buyer shall pay each invoice within forty-five (45) days after its receipt.',
  `--${boundary}--`,
  '',
].join('\r\n');

function owned({ system }: Parts): Pick<Target, 'port' | 'pids'> {
  return { port: system.port, pids: pidsOf(system) };
}

function bareHit({ bareChain }: References, key: keyof Bodies): Target {
  return { ...bareChain, method: 'GET', requests: requestsOf([`/${keyPrefix}${key}`]) };
}

function requestsOf(paths: readonly string[]): Load['requests'] {
  return paths.map((path) => ({ path }));
}

/** Pages near the front, where people read; of many sizes, `pageSize` on average, so that there are enough of them. */
function frontPages(documents: number): string[] {
  const sizes = Array.from({ length: 2 * pageSize - 1 }, (_, index) => index + 1);
  const offsets = Array.from({ length: Math.min(documents, maxOffset) }, (_, offset) => offset);
  return offsets.flatMap((offset) => sizes.map((size) => pageAt(offset, size)));
}

function pageAt(offset: number, limit: number): string {
  return `/documents?limit=${limit}&offset=${offset}`;
}

/** The same order every time: multiplication by a number that has no factor in common with the length. */
function shuffled<T>(items: readonly T[]): T[] {
  const step = 7919;
  return items.map((_, index) => items[(index * step) % items.length] as T);
}
