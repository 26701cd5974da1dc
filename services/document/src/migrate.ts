import { runMigration } from '@contract-reviewer/platform/lifecycle';
import { migrateSchema } from './schema.ts';

await runMigration({ service: 'document', env: process.env, migrate: migrateSchema });
