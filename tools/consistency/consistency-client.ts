import { type GatewaySession, withJson } from '../gateway/gateway-session.ts';

export interface Counts {
  family: string;
  checked: number;
  leftovers: number;
  stale: number;
  orphaned: number;
  undecodable: number;
  dangling: number;
  repaired: number;
}

export interface ServiceReport {
  service: string;
  status: 'checked' | 'unavailable';
  detail?: string;
  families: Counts[];
  findings: { family: string; key: string; fault: string }[];
}

export interface ServiceCache {
  service: string;
  status: 'reachable' | 'unreachable';
  families: { name: string }[];
}

/** The gateway answers only when a check is done, so it may take as long as a family is large. */
const checkTimeoutMs = 290_000;

/** The services and their key families. */
export async function cachesOf(session: GatewaySession): Promise<ServiceCache[]> {
  const response = await session.request('/api/admin/cache');
  const { services } = (await response.json()) as { services: ServiceCache[] };
  return services;
}

export async function checkFamily(session: GatewaySession, family: string, repair: boolean): Promise<ServiceReport[]> {
  const response = await session.request('/api/admin/consistency', withJson({ family, repair }), checkTimeoutMs);
  const { services } = (await response.json()) as { services: ServiceReport[] };
  return services;
}
