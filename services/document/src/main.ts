import { runProcess } from '@contract-reviewer/platform/lifecycle';
import { buildApp } from './app.ts';
import { configFrom } from './config.ts';

await runProcess({ service: 'document', readConfig: () => configFrom(process.env), build: buildApp });
