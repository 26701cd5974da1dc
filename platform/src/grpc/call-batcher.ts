import type { Client } from '@grpc/grpc-js';
import { runDetached } from '../request-context.ts';
import { maxBatchedCalls, maxBatchedRequestBytes } from './batch-limits.ts';
import { BatchStream, type CollectedCall, type OpenCall } from './batch-stream.ts';
import { LargeAnswers } from './large-answers.ts';

/** So many streams are open while there are calls: enough for as many servers to be called at the same time. */
const streamCount = 4;

/**
 * Collects the calls that are made within one turn of the event loop, and sends them as one message of a stream. It is to
 * begin a call that costs, and a message takes a small part of that; so the busier a process is, the less each of its calls
 * costs.
 */
export class CallBatcher {
  readonly #client: Client;
  readonly #authorization: string | undefined;
  readonly #largeAnswers = new LargeAnswers();
  readonly #streams: BatchStream[] = [];
  #turn = 0;
  #collected: OpenCall[] = [];
  #collectedBytes = 0;

  /** @param authorization with which all calls are made */
  constructor(client: Client, authorization: string | undefined) {
    this.#client = client;
    this.#authorization = authorization;
  }

  /** @throws {StatusError} */
  call(collected: CollectedCall): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const bytes = collected.method.requestSerialize(collected.request);
    if (this.#isFullWith(bytes)) this.#send();
    if (this.#collected.length === 0) setImmediate(() => this.#send());
    this.#collected.push({ ...collected, bytes, resolve, reject });
    this.#collectedBytes += bytes.length;
    return promise;
  }

  #isFullWith(bytes: Buffer): boolean {
    return (
      this.#collected.length >= maxBatchedCalls ||
      (this.#collected.length > 0 && this.#collectedBytes + bytes.length > maxBatchedRequestBytes)
    );
  }

  #send(): void {
    const calls = this.#collected;
    if (calls.length === 0) return;
    this.#collected = [];
    this.#collectedBytes = 0;
    this.#nextStream().send(calls);
  }

  #nextStream(): BatchStream {
    this.#turn = (this.#turn + 1) % streamCount;
    let stream = this.#streams[this.#turn];
    if (!stream?.takesCalls) {
      // Of the one before, what is not answered yet still will be.
      stream = runDetached(() => new BatchStream(this.#client, this.#authorization, this.#largeAnswers));
      this.#streams[this.#turn] = stream;
    }
    return stream;
  }
}
