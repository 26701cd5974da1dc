import type { Database } from '@contract-reviewer/platform/pg/database';
import type { TrackedWrites } from '@contract-reviewer/platform/version1/tracked-writes';
import { Version1 } from '@contract-reviewer/platform/version1/version1';
import { schema } from '../src/schema.ts';
import { silentLogger } from './document-stack.ts';

/** How a service writes that has never seen version 1. */
export function withoutVersion1(database: Database): TrackedWrites {
  return new Version1({ url: undefined, database, schema, logger: silentLogger, families: [] }).writes;
}
