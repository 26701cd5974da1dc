import { isIP } from 'node:net';
import { admissionSettings } from '@contract-reviewer/platform/admission/admission-settings';
import { serviceToken } from '@contract-reviewer/platform/auth/service-tokens';
import { address, integer, port, readConfig, redisUrl } from '@contract-reviewer/platform/config';
import { metricsSettings, processSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';

/** IP addresses and networks such as `10.0.0.0/8`, comma-separated. */
const networks = z
  .string()
  .transform((list) => list.split(',').map((network) => network.trim()))
  .refine((list) => list.every(isNetwork), 'must be IP addresses or networks such as 10.0.0.0/8, comma-separated');

/** For the reference of all settings, too. */
export const schema = z.object({
  ...processSettings,
  ...metricsSettings,
  ...admissionSettings,
  /** The gateway's own user of Redis, for rate limits. Unset: each copy of the gateway counts for itself. */
  REDIS_URL: redisUrl.optional(),
  /** The address that it listens on. */
  HTTP_HOST: z.string().default('127.0.0.1'),
  /** The port that it listens on. */
  HTTP_PORT: port.default(8080),
  /** Where the document service is; of several addresses, all are used in turn. */
  DOCUMENT_SERVICE_ADDRESS: address,
  /** Where the analysis service is; of several addresses, all are used in turn. */
  ANALYSIS_SERVICE_ADDRESS: address,
  /** Where the session service is; of several addresses, all are used in turn. */
  SESSION_SERVICE_ADDRESS: address,
  /** The gateway's own secret. */
  SERVICE_TOKEN: serviceToken,
  /** The proxies whose `X-Forwarded-For` is believed; of anyone else it means nothing. */
  TRUSTED_PROXIES: networks.optional(),
  /** A larger file is refused here, before the document service has seen all of it. The service has its own limit. */
  MAX_UPLOAD_BYTES: integer(1, 2 ** 30).default(50 * 1024 * 1024),
  /** How long to go on serving after `/readyz` has begun to fail, so that load balancers notice in time. */
  DRAIN_DELAY_SECONDS: integer(0, 5).default(0),
});

export type Config = z.infer<typeof schema>;

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    bits > 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
