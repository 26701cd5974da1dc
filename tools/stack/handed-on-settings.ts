import { resolve } from 'node:path';
import { forEachName, type ProcessName, processNames } from './process-names.ts';

const ofAll = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_TRACES_SAMPLER_ARG',
  'RATE_LIMIT_USER_POINTS',
  'RATE_LIMIT_ADDRESS_POINTS',
];

/** Settings of the processes themselves, which `npm start` hands on where they are set. Each process checks its own. */
const names: Record<ProcessName, readonly string[]> = {
  document: [
    ...ofAll,
    'V1_REDIS_URL',
    'MAX_UPLOAD_BYTES',
    'S3_BUCKET',
    'S3_REGION',
    'S3_ENDPOINT',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
    'EXTRACTION_CONCURRENCY',
    'ABANDONED_UPLOAD_SECONDS',
    'BLOB_SWEEP_SECONDS',
  ],
  analysis: [
    ...ofAll,
    'V1_REDIS_URL',
    'ANALYSIS_CONCURRENCY',
    'RULESET_FILE',
    'TEXT_WAIT_SECONDS',
    'OLLAMA_BASE_URL',
    'OLLAMA_MODEL',
    'OPENAI_BASE_URL',
    'OPENAI_MODEL',
    'OPENAI_API_KEY',
    'OPENAI_REASONING',
    'MODEL_CONTEXT_TOKENS',
    'MODEL_ANSWER_TOKENS',
    'MODEL_ANALYSIS_CONCURRENCY',
    'MODEL_CALL_CONCURRENCY',
    'MODEL_CALL_SECONDS',
    'MODEL_REVIEW_SECONDS',
  ],
  session: [...ofAll, 'SESSION_IDLE_SECONDS', 'SESSION_ABSOLUTE_SECONDS', 'AUDIT_HEAD_SECONDS'],
  gateway: [...ofAll, 'MAX_UPLOAD_BYTES', 'TRUSTED_PROXIES'],
};

export function handedOnSettings(env: NodeJS.ProcessEnv): Record<ProcessName, Record<string, string>> {
  return forEachName(processNames, (process) =>
    Object.fromEntries(
      names[process].flatMap(withFile).flatMap((name) => {
        const value = env[name];
        return value ? [[name, isPath(name) ? resolve(value) : value]] : [];
      }),
    ),
  );
}

/** Any setting may come in a file. */
function withFile(name: string): string[] {
  return isPath(name) ? [name] : [name, `${name}_FILE`];
}

/** A process runs in a directory of its own, so a path has to stand by itself. */
function isPath(name: string): boolean {
  return name.endsWith('_FILE');
}
