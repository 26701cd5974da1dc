import { createLogger, type Logger } from '@contract-reviewer/platform/log';

/** A logger whose lines a test can read. */
export interface LogLines {
  logger: Logger;
  /** All lines so far, parsed. */
  lines: Record<string, unknown>[];
}

export function captureLog(service: string, level = 'debug'): LogLines {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text)) };
  return { logger: createLogger({ service, level, destination }), lines };
}
