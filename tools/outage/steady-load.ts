import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request. */
export interface Sample {
  /** When it was due, in milliseconds since the load began. */
  at: number;
  /** From when it was due to the last byte of the answer, so that a read that had to wait to be sent has waited. */
  ms: number;
  /** The HTTP status; undefined when there was no answer in time. */
  status: number | undefined;
  /** Whether the caches served it. */
  isHit: boolean;
  /** As in `GET /api/documents`. */
  request: string;
}

export interface Target {
  /** Of the gateways, which take turns. */
  readonly ports: readonly number[];
  paths: readonly string[];
  /** Each twentieth request is one of these, if there are any. */
  writes?: readonly Write[];
  token: string;
}

export interface Write {
  method: 'POST' | 'PATCH';
  path: string;
  /** Sent as JSON. */
  body: object;
}

const requestsPerWrite = 20;

const timeoutMs = 15_000;

/**
 * Reads at a steady rate, however long the answers take: an open loop, as users are. A closed loop would ask less of a
 * system that is slow and so flatter it ("coordinated omission", Gil Tene).
 */
export class SteadyLoad implements AsyncDisposable {
  readonly samples: Sample[] = [];
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #beganAt = performance.now();
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #running: Promise<void>;

  /** @param perSecond requests */
  constructor(target: Target, perSecond: number) {
    this.#target = target;
    this.#running = this.#run(1000 / perSecond);
  }

  /** In milliseconds since the load began. */
  get now(): number {
    return performance.now() - this.#beganAt;
  }

  /** Stops asking, and waits for the answers that are still out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  async #run(intervalMs: number): Promise<void> {
    for (let number = 0; !this.#stop.signal.aborted; number += 1) {
      const due = number * intervalMs;
      const early = due - this.now;
      if (early > 1) await sleep(early, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      const read = this.#read(number, due).finally(() => this.#underWay.delete(read));
      this.#underWay.add(read);
    }
  }

  async #read(number: number, at: number): Promise<void> {
    const { ports, paths, writes = [], token } = this.#target;
    const port = ports[number % ports.length] as number;
    // So that each gateway is asked for everything.
    const path = paths[Math.floor(number / ports.length) % paths.length] as string;
    const write = number % requestsPerWrite === 0 ? writes[(number / requestsPerWrite) % writes.length] : undefined;
    const wanted = write ?? { method: 'GET', path };
    const { status, isHit } = await this.#send(port, wanted, token);
    this.samples.push({ at, ms: this.now - at, status, isHit, request: `${wanted.method} ${wanted.path}` });
  }

  #send(
    port: number,
    { method, path, body }: Omit<Write, 'method' | 'body'> & { method: string; body?: object },
    token: string,
  ): Promise<Pick<Sample, 'status' | 'isHit'>> {
    const answer = Promise.withResolvers<Pick<Sample, 'status' | 'isHit'>>();
    const unanswered = () => answer.resolve({ status: undefined, isHit: false });
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: this.#agent,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        response.resume();
        response.on('error', unanswered);
        response.on('end', () =>
          answer.resolve({ status: response.statusCode, isHit: response.headers['x-cache'] === 'HIT' }),
        );
      },
    );
    sent.on('error', unanswered);
    sent.end(body && JSON.stringify(body));
    return answer.promise;
  }
}
