import cliProgress from 'cli-progress';
import type { Progress } from './gateway-client.ts';

/** Shows how far a file is: a bar on a terminal, a line per stage elsewhere. Writes to standard error. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

export function progressFor(file: string, stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? bar(file, stream) : lines(file, stream);
}

function bar(file: string, stream: NodeJS.WriteStream): ProgressDisplay {
  const display = new cliProgress.SingleBar({
    stream,
    format: `${file} [{bar}] {percentage}% {stage}`,
    clearOnComplete: true,
    hideCursor: true,
  });
  display.start(100, 0, { stage: 'uploading' });
  return {
    show: ({ stage, fraction }) => display.update(Math.round(100 * fraction), { stage }),
    end: () => display.stop(),
  };
}

function lines(file: string, stream: NodeJS.WriteStream): ProgressDisplay {
  let last: string | undefined;
  return {
    show: ({ stage, fraction }) => {
      if (stage === last) return;
      last = stage;
      stream.write(`${file}: ${stage} (${Math.round(100 * fraction)} %)\n`);
    },
    end: () => undefined,
  };
}
