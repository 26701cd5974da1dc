import { address, integer, port, readConfig } from '@contract-reviewer/platform/config';
import { serviceSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';

const schema = z.object({
  ...serviceSettings,
  GRPC_PORT: port.default(7002),
  SESSION_SERVICE_ADDRESS: address,
  DOCUMENT_SERVICE_ADDRESS: address,
  /** Analyses that this process works on at the same time, those included that wait for their text or for a thread. */
  ANALYSIS_CONCURRENCY: integer(1, 64).default(4),
  /** Threads of the built-in engine; each reviews one document at a time. */
  ENGINE_THREADS: integer(1, 32).default(2),
  /** A review gives up when the document's text is not there after this long. */
  TEXT_WAIT_SECONDS: integer(1, 3000).default(900),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
