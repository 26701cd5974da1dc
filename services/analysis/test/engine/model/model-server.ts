import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a model says about a section, or does to the connection instead. */
export type Reply =
  | { kind: 'answer'; content: string; delayMs?: number; promptTokens?: number }
  /** The answer as far as it goes; then the model has used up the tokens that it may. */
  | { kind: 'length'; content: string }
  | { kind: 'hang' }
  /** Half of the answer, and the connection is gone. */
  | { kind: 'break off'; content: string }
  /** Bytes in place of the protocol's messages. */
  | { kind: 'raw'; body: string }
  | { kind: 'status'; status: number; headers?: Record<string, string>; error?: string }
  /** An error after the answer has begun. */
  | { kind: 'error in stream'; content: string };

/** What was asked, in the protocol that it was asked in. */
export interface AskedQuestion {
  path: string;
  authorization: string | undefined;
  body: ChatBody;
  /** The section's text, as it stood between the boundaries. */
  section: string;
  boundary: string;
  /** Settles when the caller has hung up before the answer was whole. */
  hungUp: Promise<void>;
}

interface ChatBody {
  model: string;
  messages: { role: string; content: string }[];
  format?: object;
  stream?: boolean;
  options?: { num_ctx?: number; num_predict?: number; temperature?: number; seed?: number };
  response_format?: { type: string; json_schema: { name: string; strict: boolean; schema: object } };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  tools?: unknown;
}

export type Script = (question: AskedQuestion, count: number) => Reply | Promise<Reply>;

export const modelDigest = 'a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72';

/**
 * A server that speaks the protocols of Ollama (`GET /api/tags`, `POST /api/chat` with NDJSON) and of OpenAI
 * (`POST /v1/chat/completions`), and answers as a test has it answer.
 */
export class ModelServer implements AsyncDisposable {
  readonly asked: AskedQuestion[] = [];
  /** Requests for anything that none of the protocols has. */
  readonly strayPaths: string[] = [];
  models = [{ name: 'llama3.2:3b', digest: modelDigest }];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #script: Script;

  private constructor(script: Script) {
    this.#script = script;
  }

  static async start(script: Script): Promise<ModelServer> {
    const server = new ModelServer(script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** For questions from now on. */
  set script(script: Script) {
    this.#script = script;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', method } = request;
    if (method === 'GET' && path === '/api/tags') {
      const details = { format: 'gguf', family: 'llama', parameter_size: '3.2B', quantization_level: 'Q4_K_M' };
      const models = this.models.map((each) => ({ ...each, model: each.name, size: 2_019_393_189, details }));
      return sendJson(response, 200, { models });
    }
    if (method === 'POST' && path === '/api/chat') return this.#chat(request, response, path, ollama);
    if (method === 'POST' && path === '/v1/chat/completions') return this.#chat(request, response, path, openAi);
    this.strayPaths.push(path);
    return sendJson(response, 404, { error: 'not found' });
  }

  async #chat(request: IncomingMessage, response: ServerResponse, path: string, protocol: Protocol): Promise<void> {
    const body = JSON.parse(Buffer.concat(await Array.fromAsync<Buffer>(request)).toString()) as ChatBody;
    const user = body.messages.at(-1)?.content ?? '';
    const boundary = /^(CONTRACT-[\w-]+)$/m.exec(user)?.[1] ?? '';
    const hungUp = Promise.withResolvers<void>();
    response.on('close', () => {
      if (!response.writableFinished) hungUp.resolve();
    });
    const question: AskedQuestion = {
      path,
      authorization: request.headers.authorization,
      body,
      section: user.split(`\n${boundary}\n`)[1] ?? '',
      boundary,
      hungUp: hungUp.promise,
    };
    this.asked.push(question);
    const reply = await this.#script(question, this.asked.length);
    switch (reply.kind) {
      case 'answer':
        if (reply.delayMs !== undefined) await sleep(reply.delayMs);
        return protocol.answer(response, body.model, reply.content, {
          reason: 'stop',
          promptTokens: reply.promptTokens,
        });
      case 'length':
        return protocol.answer(response, body.model, reply.content, { reason: 'length' });
      case 'hang':
        return;
      case 'break off':
        await protocol.begin(response, body.model, reply.content);
        response.destroy();
        return;
      case 'raw':
        response.writeHead(200, { 'content-type': 'application/json' }).end(reply.body);
        return;
      case 'status':
        return sendJson(response, reply.status, { error: reply.error ?? 'no' }, reply.headers);
      case 'error in stream':
        await protocol.begin(response, body.model, reply.content);
        response.end(`${JSON.stringify({ error: 'an error was encountered while running the model' })}\n`);
    }
  }
}

interface Protocol {
  begin(response: ServerResponse, model: string, content: string): Promise<void>;
  answer(
    response: ServerResponse,
    model: string,
    content: string,
    end: { reason: string; promptTokens?: number | undefined },
  ): void;
}

const createdAt = '2026-01-01T00:00:00.000000Z';

const ollama: Protocol = {
  async begin(response, model, content) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const line = { model, created_at: createdAt, message: { role: 'assistant', content }, done: false };
    await new Promise((resolve) => response.write(`${JSON.stringify(line)}\n`, resolve));
  },
  answer(response, model, content, { reason, promptTokens = 900 }) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const part of content.match(/.{1,2000}/gs) ?? []) {
      const line = { model, created_at: createdAt, message: { role: 'assistant', content: part }, done: false };
      response.write(`${JSON.stringify(line)}\n`);
    }
    const last = { model, created_at: createdAt, message: { role: 'assistant', content: '' }, done: true };
    const counts = { total_duration: 1, load_duration: 1, prompt_eval_count: promptTokens, eval_count: 10 };
    response.end(`${JSON.stringify({ ...last, done_reason: reason, ...counts })}\n`);
  },
};

const openAi: Protocol = {
  async begin(response, _model, content) {
    response.writeHead(200, { 'content-type': 'application/json' });
    await new Promise((resolve) => response.write(`{"choices":[{"message":{"content":"${content}`, resolve));
  },
  answer(response, model, content, { reason, promptTokens = 900 }) {
    sendJson(response, 200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model,
      choices: [
        { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: reason },
      ],
      usage: { prompt_tokens: promptTokens, completion_tokens: 10, total_tokens: promptTokens + 10 },
      system_fingerprint: 'fp_1',
    });
  },
};

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
