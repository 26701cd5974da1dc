import { statusCodes } from '@contract-reviewer/platform/errors';
import { expect } from 'vitest';
import {
  demandedFields,
  encodeRequest,
  methodsOf,
  pathOf,
  readDescriptors,
} from '../../../tools/fuzz/grpc/descriptors.ts';
import { frame } from '../../../tools/fuzz/grpc/grpc-request.ts';
import { call } from '../../../tools/fuzz/grpc/raw-call.ts';
import { serviceNames } from '../../src/services.ts';
import type { GatewayStack } from '../gateway-stack.ts';
import type { Entitled, Stranger, Verdict } from './callers.ts';
import type { RestRow } from './rest-rows.ts';
import type { RpcRow } from './rpc-rows.ts';
import type { World } from './world.ts';

/** What became of a request, and everything that was answered. */
export interface Outcome {
  verdict: Verdict;
  answer: string;
}

/** All methods of all services by their paths. */
export const methods = new Map(methodsOf(readDescriptors()).map((method) => [pathOf(method), method]));

/** @param name as in `GET /api/documents` */
export async function askGateway(
  { server }: GatewayStack,
  world: World,
  [name, row]: readonly [name: string, row: RestRow],
  caller: Stranger | Entitled,
): Promise<Outcome> {
  const [method = '', path = ''] = name.split(' ');
  const values: Record<string, string> = { ...world.ids, ...row.parameters?.(world), ...(await row.fresh?.(world)) };
  const url = path.replaceAll(/\{([^}]+)\}/g, (_, parameter: string) => values[parameter] ?? parameter);
  const authorization = world.tokens[caller];
  const response = await server.inject({
    method: method as 'GET',
    url: row.query === undefined ? url : `${url}?${row.query}`,
    headers: authorization === undefined ? {} : { authorization },
    ...(row.payload && { payload: row.payload(world) }),
  });
  return {
    verdict: verdictOfHttp(response.statusCode),
    answer: `${JSON.stringify(response.headers)}${response.body}`,
  };
}

/** Calls a service past the gateway. */
export async function callDirectly(
  { services }: GatewayStack,
  world: World,
  [path, row]: readonly [path: string, row: RpcRow],
  caller: Stranger | Entitled,
): Promise<Outcome> {
  const method = methods.get(path);
  if (!method) throw new Error(`there is no ${path}`);
  // What every service has is asked of the first.
  const service = serviceNames.find((each) => path.includes(`.${each}.`)) ?? 'document';
  const ids = { ...world.ids, ...(await row.fresh?.(world)) };
  const demanded = Object.entries(ids).filter(([name]) => demandedFields(method).includes(name));
  const messages = row.messages ?? [{ ...Object.fromEntries(demanded), ...row.message?.(world) }];
  const authorization = world.tokens[caller];
  const outcome = await call(Number(services.addresses[service].split(':')[1]), {
    headers: {
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(authorization !== undefined && { authorization }),
    },
    body: Buffer.concat(messages.map((message) => frame(encodeRequest(method, message)))),
  });
  if (outcome === 'timeout') throw new Error(`${path} does not answer`);
  const { grpcStatus, isOpenEnded, told, messages: answers } = outcome;
  return {
    verdict: isOpenEnded ? 'allowed' : verdictOfGrpc(grpcStatus),
    answer: `${told}\n${Buffer.concat(answers).toString()}`,
  };
}

function verdictOfHttp(status: number): Verdict {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'denied';
  if (status === 404) return 'hidden';
  expect(status).toBeLessThan(500);
  return 'allowed';
}

function verdictOfGrpc(status: number | undefined): Verdict {
  const { UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, UNKNOWN, INTERNAL, UNAVAILABLE, UNIMPLEMENTED } = statusCodes;
  if (status === UNAUTHENTICATED) return 'unauthenticated';
  if (status === PERMISSION_DENIED) return 'denied';
  if (status === NOT_FOUND) return 'hidden';
  expect([undefined, UNKNOWN, INTERNAL, UNAVAILABLE, UNIMPLEMENTED]).not.toContain(status);
  return 'allowed';
}
