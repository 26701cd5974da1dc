import { address, integer, port, readConfig, redisUrl } from '@contract-reviewer/platform/config';
import { serviceSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';
import { loadRuleset, RulesetError } from './engine/builtin/risks/load-ruleset.ts';
import { modelSettings } from './engine/model/model-settings.ts';

/** For the reference of all settings, too. */
export const schema = z.object({
  ...serviceSettings,
  /** The port that it listens on. */
  GRPC_PORT: port.default(7002),
  /** Where the session service is; of several addresses, all are used in turn. */
  SESSION_SERVICE_ADDRESS: address,
  /** Where the document service is; of several addresses, all are used in turn. */
  DOCUMENT_SERVICE_ADDRESS: address,
  /** Where version 1 keeps its data; needed until the completion of the migration from it is confirmed. */
  V1_REDIS_URL: redisUrl.optional(),
  /** Analyses that this process works on at the same time, those included that wait for their text or for a thread. */
  ANALYSIS_CONCURRENCY: integer(1, 64).default(4),
  /** Threads of the built-in engine; each reviews one document at a time. */
  ENGINE_THREADS: integer(1, 32).default(2),
  /** An organization's own rules, laid over the built-in ones; docs/ruleset.md has the format. */
  RULESET_FILE: z.string().superRefine(requireRuleset).optional(),
  /** A review gives up when the document's text is not there after this long. */
  TEXT_WAIT_SECONDS: integer(1, 3000).default(900),
  ...modelSettings,
});

export type Config = z.infer<typeof schema>;

/** A ruleset that cannot be used is found out before anything is built on it. */
function requireRuleset(file: string, context: z.RefinementCtx): void {
  try {
    loadRuleset(file);
  } catch (error) {
    if (!(error instanceof RulesetError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
}

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
