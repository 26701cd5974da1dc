import cliProgress from 'cli-progress';
import type { Progress } from './migration-client.ts';

/** Shows how far a step is: a bar for each service on a terminal, a line per kind of keys elsewhere. On standard error. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function bars(stream: NodeJS.WriteStream): ProgressDisplay {
  const display = new cliProgress.MultiBar({
    stream,
    format: '{label} [{bar}] {value} of {total} keys',
    clearOnComplete: true,
    hideCursor: true,
  });
  const bars = new Map<string, cliProgress.SingleBar>();
  return {
    show: (progress) => {
      const done = doneOf(progress);
      const total = Math.max(progress.total_keys, done);
      const payload = { label: labelOf(progress) };
      const bar = bars.get(progress.service) ?? display.create(total, done, payload);
      bars.set(progress.service, bar);
      bar.setTotal(total);
      bar.update(done, payload);
    },
    end: () => display.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  const told = new Map<string, string>();
  return {
    show: (progress) => {
      const label = labelOf(progress);
      if (told.get(progress.service) === label) return;
      told.set(progress.service, label);
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
