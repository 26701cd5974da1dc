import { address, integer, port, readConfig, redisUrl } from '@contract-reviewer/platform/config';
import { serviceSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';

const schema = z.object({
  ...serviceSettings,
  GRPC_PORT: port.default(7001),
  SESSION_SERVICE_ADDRESS: address,
  ANALYSIS_SERVICE_ADDRESS: address,
  /** Where version 1 keeps its data, until its migration is confirmed to be complete. All replicas must agree on it. */
  V1_REDIS_URL: redisUrl.optional(),
  /** The directory of the original files. All replicas share it. */
  BLOB_DIR: z.string(),
  /** The largest file that is accepted. */
  MAX_UPLOAD_BYTES: integer(1, 2 ** 31 - 1).default(50 * 1024 * 1024),
  /** An upload whose file has not grown for this long is given up. */
  ABANDONED_UPLOAD_SECONDS: integer(1, 7 * 86_400).default(3600),
  /** How often the blobs are searched for those that no document needs. */
  BLOB_SWEEP_SECONDS: integer(1, 86_400).default(600),
  /** Documents that are read at the same time, each by a thread of its own. */
  EXTRACTION_CONCURRENCY: integer(1, 32).default(2),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
