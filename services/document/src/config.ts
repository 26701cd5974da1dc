import { address, ConfigError, httpUrl, integer, port, readConfig, redisUrl } from '@contract-reviewer/platform/config';
import { serviceSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';
import type { S3Settings } from './blobs/s3-blob-store.ts';

/** For the reference of all settings, too. */
export const schema = z.object({
  ...serviceSettings,
  /** The port that it listens on. */
  GRPC_PORT: port.default(7001),
  /** Where the session service is; of several addresses, all are used in turn. */
  SESSION_SERVICE_ADDRESS: address,
  /** Where the analysis service is; of several addresses, all are used in turn. */
  ANALYSIS_SERVICE_ADDRESS: address,
  /** Where version 1 keeps its data, until its migration is confirmed to be complete. All replicas must agree on it. */
  V1_REDIS_URL: redisUrl.optional(),
  /** The directory of the original files, shared by all replicas; or, with a bucket, of those on their way in and out. */
  BLOB_DIR: z.string(),
  /** A bucket of an S3-compatible server for the original files; with it come the other S3 settings. */
  S3_BUCKET: z.string().min(3).max(63).optional(),
  /** The region of the bucket. */
  S3_REGION: z.string().default('us-east-1'),
  /** The S3-compatible server. Absent: Amazon's. */
  S3_ENDPOINT: httpUrl.optional(),
  /** Who asks the S3-compatible server. */
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  /** Their secret. */
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** The largest file that is accepted. */
  MAX_UPLOAD_BYTES: integer(1, 2 ** 31 - 1).default(50 * 1024 * 1024),
  /** An upload whose file has not grown for this long is given up. */
  ABANDONED_UPLOAD_SECONDS: integer(1, 7 * 86_400).default(3600),
  /** How often the blobs are searched for those that no document needs. */
  BLOB_SWEEP_SECONDS: integer(1, 86_400).default(600),
  /** Documents that are read at the same time, each by a process of its own. */
  EXTRACTION_CONCURRENCY: integer(1, 32).default(2),
});

export interface Config extends z.infer<typeof schema> {
  /** Absent: files are kept in a directory. */
  s3?: S3Settings;
}

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  const config = readConfig(schema, env);
  const s3 = s3Settings(config);
  return s3 ? { ...config, s3 } : config;
}

function s3Settings(config: z.infer<typeof schema>): S3Settings | undefined {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: endpoint } = config;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if (bucket === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ConfigError('S3_BUCKET: needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY beside it');
  }
  return { bucket, region, accessKeyId, secretAccessKey, ...(endpoint && { endpoint }) };
}
