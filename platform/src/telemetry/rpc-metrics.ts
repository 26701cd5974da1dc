import type { Metrics } from './metrics.ts';
import { metrics as defined } from './names.ts';

/** A call that is over. */
export interface ServedCall {
  /** `/package.Service/Method`. */
  method: string;
  code: string;
  /** Why it ended with an error. */
  reason: string | undefined;
  durationMs: number;
}

/** Counts calls: how many, how long, how many failed and why. */
export function rpcMetrics(metrics: Metrics): (call: ServedCall) => void {
  const time = metrics.time(defined.rpcServed);
  const countRefusal = metrics.count(defined.rpcRefused);
  return ({ method, code, reason, durationMs }) => {
    time(durationMs / 1000, { rpc_method: method.slice(1), rpc_response_status_code: code });
    if (reason !== undefined) countRefusal({ rpc_response_status_code: code, reason });
  };
}
