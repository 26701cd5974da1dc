import type { AssertionExchange } from '@contract-reviewer/platform/auth/assertion-exchange';
import { renewableRefusals } from '@contract-reviewer/platform/auth/assertions';
import { StatusError, unavailable } from '@contract-reviewer/platform/errors';
import type { CallSettings, GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { ServiceMethods } from '@contract-reviewer/platform/grpc/methods';
import type { ServiceName } from './services.ts';

/** What a call is made with: for the caller whose token it is, or in the gateway's own name. */
export interface CallerSettings extends Omit<CallSettings, 'authorization' | 'onBehalfOf'> {
  /** The bearer token of the caller. */
  token?: string | undefined;
}

type WithCaller<Call> = Call extends (input: infer Input, settings?: CallSettings) => infer Answer
  ? (input: Input, settings?: CallerSettings) => Answer
  : never;

/** A client whose calls are made for the caller whose token they bring. */
export type CallerClient<S extends ServiceMethods> = {
  readonly [Name in keyof S]: WithCaller<GrpcClient<S>[Name]>;
};

/** Refusals that are about the gateway and not about its caller, who is not to be told to log in. */
const ownFaults: ReadonlySet<string> = new Set([
  ...renewableRefusals,
  'ASSERTION_INVALID',
  'ASSERTION_WITHOUT_SERVICE',
  'SERVICE_TOKEN_INVALID',
]);

/**
 * Exchanges the token of each call for an assertion for that service. An assertion that it refuses as too old, or as
 * signed with a key that it does not know, is exchanged anew and the call repeated, once: nothing has been done yet.
 */
export function callsOnBehalf<S extends ServiceMethods>(
  client: GrpcClient<S>,
  methods: S,
  service: ServiceName,
  exchange: AssertionExchange,
): CallerClient<S> {
  const audience = { service, exchange };
  const calls: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(methods)) {
    const call = client[name] as unknown as AnyCall;
    const caller = method.requestStream ? onceWithStream : method.responseStream ? forStream : once;
    calls[name] = (input: unknown, { token, ...settings }: CallerSettings = {}) =>
      token === undefined ? call(input, settings) : caller(audience, token, input, call, settings);
  }
  return calls as CallerClient<S>;
}

interface Audience {
  service: ServiceName;
  exchange: AssertionExchange;
}

type AnyCall = (input: unknown, settings: CallSettings) => Promise<unknown> & AsyncIterable<unknown>;

async function once(audience: Audience, token: string, request: unknown, call: AnyCall, settings: CallSettings) {
  const onBehalfOf = await assertionFor(audience, token);
  try {
    return await call(request, { ...settings, onBehalfOf });
  } catch (error) {
    const renewed = await renewedAfter(error, audience, token, onBehalfOf);
    try {
      return await call(request, { ...settings, onBehalfOf: renewed });
    } catch (second) {
      throw forCaller(second);
    }
  }
}

async function onceWithStream(
  audience: Audience,
  token: string,
  requests: unknown,
  call: AnyCall,
  settings: CallSettings,
) {
  const onBehalfOf = await assertionFor(audience, token);
  try {
    return await call(requests, { ...settings, onBehalfOf });
  } catch (error) {
    // What was read of the stream is gone, so it is the caller who has to send it again.
    await renewedAfter(error, audience, token, onBehalfOf);
    throw unavailable('The upload could not be begun. Send it again.', error);
  }
}

async function* forStream(audience: Audience, token: string, request: unknown, call: AnyCall, settings: CallSettings) {
  const onBehalfOf = await assertionFor(audience, token);
  let hasBegun = false;
  try {
    for await (const message of call(request, { ...settings, onBehalfOf })) {
      hasBegun = true;
      yield message;
    }
  } catch (error) {
    // Who has a part of it would take the whole for the rest.
    if (hasBegun) throw forCaller(error);
    const renewed = await renewedAfter(error, audience, token, onBehalfOf);
    try {
      yield* call(request, { ...settings, onBehalfOf: renewed });
    } catch (second) {
      throw forCaller(second);
    }
  }
}

async function assertionFor({ exchange, service }: Audience, token: string): Promise<string> {
  return (await exchange.assertionFor(token, service)).assertion;
}

/** @throws the error, unless a new assertion may help */
async function renewedAfter(error: unknown, audience: Audience, token: string, refused: string): Promise<string> {
  if (!(error instanceof StatusError && renewableRefusals.has(error.reason))) throw forCaller(error);
  audience.exchange.forget(token, audience.service, refused);
  return assertionFor(audience, token);
}

function forCaller(error: unknown): unknown {
  return error instanceof StatusError && ownFaults.has(error.reason)
    ? new Error('A service does not accept the gateway, or what it says of its caller', { cause: error })
    : error;
}
