import type { Worker } from 'node:worker_threads';

const intervalMs = 100;

/**
 * Watches the memory that a thread holds outside its heap, which `resourceLimits` does not bound: there a small PDF can
 * unpack to gigabytes. Calls `onExceeded` at most once, about a tenth of a second after the limit is passed.
 */
export function watchBuffers(thread: () => Worker | undefined, limitMb: number, onExceeded: () => void): Disposable {
  let isAsking = false;
  const check = async () => {
    const watched = thread();
    if (isAsking || !watched) return;
    isAsking = true;
    const bytes = await bytesOutsideHeap(watched);
    isAsking = false;
    if (bytes > limitMb * 1024 * 1024) {
      clearInterval(timer);
      onExceeded();
    }
  };
  const timer = setInterval(() => void check(), intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function bytesOutsideHeap(thread: Worker): Promise<number> {
  try {
    return (await thread.getHeapStatistics()).external_memory;
  } catch (error) {
    // It ended while it was asked, and holds nothing any more.
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_NOT_RUNNING') return 0;
    throw error;
  }
}
