import { Agent, request } from 'node:http';
import { HOST } from '../../stack/process-environment.ts';
import type { Answer } from './answer.ts';

export interface HttpRequest {
  method: string;
  path: string;
  token?: string;
  /** Sent as JSON, or as it is with its content type. */
  body?: object | { contentType: string; bytes: Buffer };
  headers?: Record<string, string>;
  timeoutMs?: number;
}

const defaultTimeoutMs = 4000;

/** Calls to one gateway. Plain node:http, because the clients share the machine with what they test. */
export class HttpClient implements Disposable {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(port: number) {
    this.#port = port;
  }

  /** Never throws for what a server or a network does. */
  async call<T>(options: HttpRequest): Promise<Answer<T>> {
    try {
      const { status, text } = await this.#send(options);
      if (status < 300) return { kind: 'ok', value: (text === '' ? undefined : JSON.parse(text)) as T };
      if (status === 401) return { kind: 'unauthenticated' };
      if (status === 404) return { kind: 'absent' };
      return { kind: status < 500 ? 'refused' : 'unknown', reason: `HTTP ${status}` };
    } catch (error) {
      return { kind: 'unknown', reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send({ method, path, token, body, headers, timeoutMs = defaultTimeoutMs }: HttpRequest) {
    const answer = Promise.withResolvers<{ status: number; text: string }>();
    const raw = body && 'bytes' in body ? body : undefined;
    const payload = raw?.bytes ?? (body && Buffer.from(JSON.stringify(body)));
    const sent = request(
      {
        host: HOST,
        port: this.#port,
        agent: this.#agent,
        method,
        path,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(payload && { 'content-type': raw?.contentType ?? 'application/json', 'content-length': payload.length }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', answer.reject);
        response.on('end', () =>
          answer.resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', answer.reject);
    sent.end(payload);
    return answer.promise;
  }
}
