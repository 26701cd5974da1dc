import { runProcess } from '@contract-reviewer/platform/lifecycle';
import { buildApp } from '../src/app.ts';
import { configFrom } from '../src/config.ts';
import { ScriptedEngine } from './scripted-engine.ts';

/** The service in a process of its own, with the scripted engine. */
await runProcess({
  service: 'analysis',
  readConfig: () => configFrom(process.env),
  build: (config, logger) => buildApp(config, logger, () => ({ builtin: new ScriptedEngine() })),
});
