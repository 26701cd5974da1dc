/** What a check has to say. Faults keep the system from working; warnings do not. */
export interface Finding {
  level: 'ok' | 'warning' | 'fault';
  /** Names what was looked at, as in `postgresql document`. */
  subject: string;
  /** What is so, in a sentence for people. Never shows a secret. */
  message: string;
  /** What to do about it; absent when nothing has to be done. */
  remedy?: string;
}

export function ok(subject: string, message: string): Finding {
  return { level: 'ok', subject, message };
}

export function warning(subject: string, message: string, remedy: string): Finding {
  return { level: 'warning', subject, message, remedy };
}

export function fault(subject: string, message: string, remedy: string): Finding {
  return { level: 'fault', subject, message, remedy };
}
