import type { Metadata } from '@grpc/grpc-js';
import type { Principal } from '../auth/principal.ts';
import type { MonotonicMs } from '../clock.ts';
import type { Method, RequestOf, ResponseOf, ServiceMethods } from './methods.ts';
import type { Recheck } from './rechecks.ts';

/** What a handler knows of the call besides its message. */
export interface CallContext {
  /** Who calls; `anonymous` only reaches methods that are listed as such. */
  principal: Principal;
  /** Until when others may rely on that, who are told of it; undefined: not beyond the call. */
  principalUntil: MonotonicMs | undefined;
  /**
   * An assertion of the user who calls, to be passed on to a service that decides for itself; fresh however long the call
   * lasts.
   *
   * @throws {StatusError} UNAUTHENTICATED once their session has ended, UNAVAILABLE while nobody knows
   */
  assertion(): Promise<string>;
  /** Aborted when the caller cancels, goes away or runs out of time. */
  signal: AbortSignal;
  /**
   * Has this asked again and again, every 400 ms, for as long as the call lasts; what it throws ends the call. For calls
   * that go on after they were let in: streams, whose session the server itself keeps checking, and waits.
   *
   * @param check is told who calls, as they are then
   */
  recheck(check: Recheck): void;
  requestId: string;
  /** The IP address that the call comes from. Of a user behind the gateway, the one that the gateway says. */
  clientAddress: string;
  metadata: Metadata;
}

/** A method as a service writes it: a promise for one answer, an async iterable for a stream of them. */
export type Handler<M extends Method> = M extends { requestStream: true }
  ? (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => Promise<ResponseOf<M>>
  : M extends { responseStream: true }
    ? (request: RequestOf<M>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, context: CallContext) => Promise<ResponseOf<M>>;

export type Handlers<S extends ServiceMethods> = { readonly [Name in keyof S]: Handler<S[Name]> };
