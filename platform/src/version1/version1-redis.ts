import type { ChainableCommander } from 'ioredis';
import { StatusError } from '../errors.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { keyBytes, keyName } from './key-name.ts';

/** Version 1's Redis does not answer, or refuses. */
export class Version1UnavailableError extends StatusError {
  constructor(cause: unknown) {
    const options = { reason: 'VERSION1_UNAVAILABLE', retryAfterMs: 1000, cause };
    super('UNAVAILABLE', 'The Redis of version 1 does not answer. Try again shortly.', options);
  }
}

/** What is under a key of version 1. */
export interface StoredValue {
  key: string;
  /** What Redis calls its type. */
  type: string;
  /** The string, or the dump of what is none. */
  bytes: Buffer;
  /** Undefined if it does not expire. */
  expiresAt: Date | undefined;
}

/** A key to be written: the new text, or undefined to remove it. */
export interface KeyWrite {
  key: string;
  text: string | undefined;
}

export interface KeyPage {
  /** What the scan goes on with; `0` when it has come to the end. */
  cursor: string;
  keys: string[];
}

/** As version 1 had it. */
const ttlMs = 30 * 24 * 60 * 60 * 1000;
const scanCount = 500;

/** One command for type and value, so that the two are of the same moment. */
const look = `
local kind = redis.call('TYPE', KEYS[1]).ok
local found = false
if kind ~= 'none' then
  found = {kind, redis.call('PTTL', KEYS[1]), redis.call(kind == 'string' and 'GET' or 'DUMP', KEYS[1])}
end`;
const readScript = `${look}
return found`;
const readSmallScript = `
if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('STRLEN', KEYS[1]) > tonumber(ARGV[1]) then return false end
${readScript}`;
const setScript = `${look}
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return found`;
const removeScript = `
redis.call('DEL', KEYS[1])
return false`;
const sizeScript = `
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'string' then return redis.call('STRLEN', KEYS[1]) end
return redis.call('MEMORY', 'USAGE', KEYS[1]) or 0`;

/**
 * Version 1's Redis. Nothing in it is ever changed but the keys of what this version changed itself.
 *
 * Every method throws {Version1UnavailableError} when it does not answer.
 */
export class Version1Redis implements AsyncDisposable {
  readonly #redis: RedisConnection;

  constructor(redis: RedisConnection) {
    this.#redis = redis;
  }

  connect(): void {
    this.#redis.connect();
  }

  /** The Redis process that answers; undefined while none does. */
  get runId(): string | undefined {
    return this.#redis.runId;
  }

  /** How many keys there are, of all kinds. */
  countKeys(): Promise<number> {
    return this.#run((redis) => redis.dbsize());
  }

  /** Goes on with a scan. A cursor is worth something only to the Redis process that gave it. */
  async scan(pattern: string, cursor: string): Promise<KeyPage> {
    const [next, keys] = await this.#run((redis) => redis.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', scanCount));
    return { cursor: next.toString(), keys: [...new Set(keys.map(keyName))] };
  }

  /** How long each key still lives, in milliseconds; Infinity if it does not expire, undefined if it is gone. */
  async lifetimes(keys: readonly string[]): Promise<(number | undefined)[]> {
    const answers = await this.#pipeline(keys, (pipeline, key) => pipeline.pttl(key));
    return answers.map((answer) => (answer === -2 ? undefined : answer === -1 ? Infinity : (answer as number)));
  }

  /** How many bytes each value has, about; 0 for what is not there. */
  async sizes(keys: readonly string[]): Promise<number[]> {
    const answers = await this.#pipeline(keys, (pipeline, key) => pipeline.callBuffer('EVAL', sizeScript, 1, key));
    return answers.map(Number);
  }

  /** What is there of the keys. */
  async read(keys: readonly string[]): Promise<Map<string, StoredValue>> {
    const answers = await this.#pipeline(keys, (pipeline, key) => pipeline.callBuffer('EVAL', readScript, 1, key));
    return valuesOf(keys, answers);
  }

  /** What is there of the key, if it is a string of so many bytes at most. */
  async readSmall(key: string, maxBytes: number): Promise<StoredValue | undefined> {
    const answers = await this.#pipeline([key], (pipeline, bytes) =>
      pipeline.callBuffer('EVAL', readSmallScript, 1, bytes, maxBytes),
    );
    return valuesOf([key], answers).get(key);
  }

  /** Writes keys. @returns what was there before, except for what was removed */
  async write(writes: readonly KeyWrite[]): Promise<Map<string, StoredValue>> {
    const texts = new Map(writes.map(({ key, text }) => [key, text]));
    const keys = [...texts.keys()];
    const answers = await this.#pipeline(keys, (pipeline, key, name) => {
      const text = texts.get(name);
      return text === undefined
        ? pipeline.callBuffer('EVAL', removeScript, 1, key)
        : pipeline.callBuffer('EVAL', setScript, 1, key, text, ttlMs);
    });
    return valuesOf(keys, answers);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#redis[Symbol.asyncDispose]();
  }

  #run: RedisConnection['run'] = async (command) => {
    try {
      return await this.#redis.run(command);
    } catch (error) {
      throw new Version1UnavailableError(error);
    }
  };

  async #pipeline(
    keys: readonly string[],
    command: (pipeline: ChainableCommander, key: Buffer, name: string) => unknown,
  ): Promise<unknown[]> {
    if (keys.length === 0) return [];
    return this.#run(async (redis) => {
      const pipeline = redis.pipeline();
      for (const name of keys) command(pipeline, keyBytes(name), name);
      const replies = (await pipeline.exec()) ?? [];
      return replies.map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
    });
  }
}

function valuesOf(keys: readonly string[], answers: readonly unknown[]): Map<string, StoredValue> {
  const now = Date.now();
  const values = new Map<string, StoredValue>();
  keys.forEach((key, index) => {
    const answer = answers[index] as [type: Buffer, lifetimeMs: number, bytes: Buffer] | null | undefined;
    if (!answer) return;
    const [type, lifetimeMs, bytes] = answer;
    const expiresAt = lifetimeMs < 0 ? undefined : new Date(now + lifetimeMs);
    values.set(key, { key, type: type.toString(), bytes, expiresAt });
  });
  return values;
}
