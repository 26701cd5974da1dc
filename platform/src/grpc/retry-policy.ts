import type { ServiceMethods } from './methods.ts';

/** By the names that such methods have (https://google.aip.dev/131, 132). */
const read = /^(get|list|check|authenticate)[A-Z]/;

/** Whether a method reads or checks, and writes nothing that counts, so that it may be called again. */
export function isRead(name: string): boolean {
  return read.test(name);
}

const retryPolicy = {
  maxAttempts: 3,
  initialBackoff: '0.05s',
  maxBackoff: '0.5s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
};

/** A failure takes a token, and a success gives a tenth back; with half of them gone nothing is repeated any more. */
const retryThrottling = { maxTokens: 100, tokenRatio: 0.1 };

/** Tells clients not to repeat a call: the server itself has refused it, and its load must not multiply. */
export const pushbackTrailer = 'grpc-retry-pushback-ms';
export const doNotRetry = '-1';

/**
 * Calls take turns among the servers that are there. Reads that were under way on a connection that broke are made again,
 * on another one, within a budget of a tenth of what succeeds. Writes are not: they may have taken effect. Calls that never
 * reached a server are made again by grpc-js of itself.
 * See https://github.com/grpc/proposal/blob/master/A6-client-retries.md.
 */
export function serviceConfigFor(methods: ServiceMethods): string {
  const repeated = Object.entries(methods).filter(([name, { requestStream }]) => isRead(name) && !requestStream);
  const paths = repeated.map(([, { path }]) => path);
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [{ name: paths.map(nameOf), retryPolicy }],
    retryThrottling,
  });
}

function nameOf(path: string): { service: string; method: string } {
  const [, service = '', method = ''] = path.split('/');
  return { service, method };
}
