import { address, integer, port, readConfig } from '@contract-reviewer/platform/config';
import { processSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';

const schema = z.object({
  ...processSettings,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port.default(8080),
  DOCUMENT_SERVICE_ADDRESS: address,
  ANALYSIS_SERVICE_ADDRESS: address,
  SESSION_SERVICE_ADDRESS: address,
  /** A larger file is refused here, before the document service has seen all of it. The service has its own limit. */
  MAX_UPLOAD_BYTES: integer(1, 2 ** 30).default(50 * 1024 * 1024),
  /** How long to go on serving after `/readyz` has begun to fail, so that load balancers notice in time. */
  DRAIN_DELAY_SECONDS: integer(0, 5).default(0),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
