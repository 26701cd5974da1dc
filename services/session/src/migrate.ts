import { runMigration } from '@contract-reviewer/platform/lifecycle';
import { migrateSchema } from './schema.ts';

await runMigration({ service: 'session', env: process.env, migrate: migrateSchema });
