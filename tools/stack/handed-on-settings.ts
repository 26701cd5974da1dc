import { forEachName, type ProcessName, processNames } from './process-names.ts';

/** Settings of the processes themselves, which `npm start` hands on where they are set. Each process checks its own. */
const names: Record<ProcessName, readonly string[]> = {
  document: ['MAX_UPLOAD_BYTES', 'EXTRACTION_CONCURRENCY', 'ABANDONED_UPLOAD_SECONDS', 'BLOB_SWEEP_SECONDS'],
  analysis: ['ANALYSIS_CONCURRENCY', 'TEXT_WAIT_SECONDS'],
  session: ['SESSION_IDLE_SECONDS', 'SESSION_ABSOLUTE_SECONDS'],
  gateway: ['MAX_UPLOAD_BYTES'],
};

export function handedOnSettings(env: NodeJS.ProcessEnv): Record<ProcessName, Record<string, string>> {
  return forEachName(processNames, (process) =>
    Object.fromEntries(names[process].flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  );
}
