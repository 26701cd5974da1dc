import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';

export interface PlainStoreSettings {
  redisUrl: string;
  /** Prefix of its keys in Redis. */
  keyPrefix: string;
  documentDatabaseUrl: string;
  analysisDatabaseUrl: string;
  ownerId: string;
  /** What `saveAnalysis` saves, as JSON. */
  review: string;
}

const ttlSeconds = 3600;

/** All but the review that is rendered already, which the system reads in place of the other. */
const analysisColumns = `analysis_id, document_id, requested_by, analysis_type, status, engine, model_used, engine_version,
  ruleset_version, prompt_sha256, position, text_sha256, created_at, started_at, completed_at, saved_at, attempt,
  processing_time_ms, error_reason, error_message, result_sequence, last_event, review, version1_original`;

/** For `PlainStore`; each service's user may write to its own schema alone. */
export const plainTables = {
  document: `CREATE TABLE IF NOT EXISTS document.bench_sessions
    (session_id text PRIMARY KEY, user_id text NOT NULL, secret text NOT NULL, permissions text[] NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL DEFAULT now() + interval '1 hour')`,
  analysis: `CREATE TABLE IF NOT EXISTS analysis.bench_analyses
    (analysis_id text PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), review jsonb NOT NULL)`,
} as const;

/**
 * The cache-aside of tutorials: whoever asks gets everything, and a cached value may be older than the last write.
 * Shares nothing with the services. All answers are JSON.
 */
export class PlainStore implements AsyncDisposable {
  readonly #settings: PlainStoreSettings;
  readonly #redis: Redis;
  readonly #documents: pg.Pool;
  readonly #analyses: pg.Pool;

  constructor(settings: PlainStoreSettings) {
    this.#settings = settings;
    this.#redis = new Redis(settings.redisUrl);
    this.#documents = new pg.Pool({ connectionString: settings.documentDatabaseUrl, max: 10 });
    this.#analyses = new pg.Pool({ connectionString: settings.analysisDatabaseUrl, max: 10 });
  }

  document(id: string): Promise<string> {
    return this.#aside(`document:${id}`, () =>
      one(this.#documents, 'SELECT * FROM document.documents WHERE document_id = $1', id),
    );
  }

  analysis(id: string): Promise<string> {
    return this.#aside(`analysis:${id}`, () =>
      one(this.#analyses, `SELECT ${analysisColumns} FROM analysis.analyses WHERE analysis_id = $1`, id),
    );
  }

  documentPage(limit: string, offset: string): Promise<string> {
    const { ownerId } = this.#settings;
    return this.#aside(`documents:${limit}:${offset}`, async () => {
      const page = await this.#documents.query<object>(
        `SELECT * FROM document.documents WHERE owner_id = $1 ORDER BY created_at DESC, document_id DESC LIMIT $2 OFFSET $3`,
        [ownerId, limit, offset],
      );
      const total = await this.#documents.query<{ count: number }>(
        'SELECT count(*)::int FROM document.documents WHERE owner_id = $1',
        [ownerId],
      );
      return { documents: page.rows, total_count: total.rows[0]?.count };
    });
  }

  session(id: string): Promise<string> {
    return this.#aside(`session:${id}`, () =>
      one(
        this.#documents,
        'SELECT session_id, user_id, permissions, created_at, expires_at FROM document.bench_sessions WHERE session_id = $1',
        id,
      ),
    );
  }

  /** @param id by default a new one */
  async createSession(id: string = randomUUID()): Promise<string> {
    const { rows } = await this.#documents.query<object>(
      'INSERT INTO document.bench_sessions (session_id, user_id, secret, permissions) VALUES ($1, $2, $3, $4) RETURNING *',
      [id, this.#settings.ownerId, randomBytes(32).toString('base64url'), ['read', 'analyze', 'write', 'share']],
    );
    return this.#put(`session:${id}`, rows[0]);
  }

  async saveAnalysis(): Promise<string> {
    const id = randomUUID();
    const { review } = this.#settings;
    await this.#analyses.query('INSERT INTO analysis.bench_analyses (analysis_id, review) VALUES ($1, $2)', [
      id,
      review,
    ]);
    await this.#redis.set(`${this.#settings.keyPrefix}analysis:${id}`, review, 'EX', ttlSeconds);
    return JSON.stringify({ analysis_id: id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis.quit();
    await this.#documents.end();
    await this.#analyses.end();
  }

  async #aside(key: string, load: () => Promise<unknown>): Promise<string> {
    return (await this.#redis.get(this.#settings.keyPrefix + key)) ?? this.#put(key, await load());
  }

  async #put(key: string, value: unknown): Promise<string> {
    const text = JSON.stringify(value);
    await this.#redis.set(this.#settings.keyPrefix + key, text, 'EX', ttlSeconds);
    return text;
  }
}

async function one(pool: pg.Pool, sql: string, id: string): Promise<object> {
  const { rows } = await pool.query<object>(sql, [id]);
  if (rows[0] === undefined) throw new Error(`there is no ${id}`);
  return rows[0];
}
