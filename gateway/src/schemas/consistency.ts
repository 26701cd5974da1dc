import { type Static, Type } from 'typebox';
import type { ServiceName } from '../services.ts';
import { named, oneOf, refTo } from './schema.ts';

/** The key families of each service. */
export const familiesOf = {
  document: ['document', 'documents_list', 'documents_list_generation'],
  analysis: ['analysis', 'document_analysis'],
  session: ['session'],
} as const satisfies Record<ServiceName, readonly string[]>;

export const family = oneOf(Object.values(familiesOf).flat(), 'All families, unless one is named.');

/** `stale`: not as in PostgreSQL; `orphaned`: not in PostgreSQL; `dangling`: names what is not there or not the latest. */
export const faults = ['stale', 'orphaned', 'undecodable', 'dangling'] as const;
export type Fault = (typeof faults)[number];

const Count = Type.Integer({ minimum: 0 });
const counts = Type.Object({
  family: Type.String(),
  checked: Type.Integer({ minimum: 0, description: 'Entries that were compared.' }),
  leftovers: Type.Integer({ minimum: 0, description: 'Entries that nobody uses any more and that expire; no fault.' }),
  stale: Count,
  orphaned: Count,
  undecodable: Count,
  dangling: Count,
  repaired: Type.Integer({ minimum: 0, description: 'Faulty entries that were removed.' }),
});

const finding = Type.Object({
  family: Type.String(),
  key: Type.String({ description: 'The Redis key, which holds the id.' }),
  fault: oneOf(faults),
});

export const ServiceConsistencySchema = named(
  'ServiceConsistency',
  {
    service: oneOf(['document', 'analysis', 'session']),
    status: oneOf(['checked', 'unavailable'], 'unavailable: the check could not be done, or not to its end'),
    detail: Type.Optional(Type.String({ description: 'Why it is unavailable.' })),
    families: Type.Array(counts),
    findings: Type.Array(finding, { description: 'At most 100 of each fault.' }),
  },
  'How far the cache of one service agrees with PostgreSQL.',
);

export const ConsistencyReportSchema = named(
  'ConsistencyReport',
  {
    agree: Type.Boolean({ description: 'Whether everything was checked and nothing faulty was found.' }),
    repair: Type.Boolean({ description: 'Whether faulty entries were removed; otherwise nothing was changed.' }),
    services: Type.Array(refTo(ServiceConsistencySchema)),
  },
  'Whether Redis and PostgreSQL agree.',
);

export type ServiceConsistency = Static<typeof ServiceConsistencySchema>;
