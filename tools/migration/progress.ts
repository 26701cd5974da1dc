import cliProgress from 'cli-progress';
import type { Progress } from './migration-client.ts';

/** Shows how far a step is: a bar on a terminal, a line per kind of keys elsewhere. Writes to standard error. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const display = new cliProgress.SingleBar({
    stream,
    format: '{label} [{bar}] {value} of {total} keys',
    clearOnComplete: true,
    hideCursor: true,
  });
  let isStarted = false;
  return {
    show: (progress) => {
      const done = doneOf(progress);
      const total = Math.max(progress.total_keys, done);
      const payload = { label: labelOf(progress) };
      if (!isStarted) display.start(total, done, payload);
      isStarted = true;
      display.setTotal(total);
      display.update(done, payload);
    },
    end: () => {
      if (isStarted) display.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let last: string | undefined;
  return {
    show: (progress) => {
      const label = labelOf(progress);
      if (label === last) return;
      last = label;
      stream.write(`${label} (${doneOf(progress)} of ${progress.total_keys} keys)\n`);
    },
    end: () => undefined,
  };
}

function labelOf({ service, stage, family }: Progress): string {
  return `${service} service: ${stage === undefined ? '' : `${stage} `}${family}`;
}

function doneOf({ counts, compared }: Progress): number {
  return counts?.scanned ?? compared ?? 0;
}
