import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longContractPdf } from '../../samples/long-contract.ts';
import { type System, startSystem } from './system.ts';

const pages = 300;

let system: System;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

beforeAll(async () => {
  system = stack.use(await startSystem());
});

describe(`a contract of ${pages} pages`, () => {
  it('is reviewed to its last page, and meanwhile others are served with a p99 under 100 ms', async () => {
    const client = await system.login();
    const otherId = await client.upload(
      'small.txt',
      'NDA between Alder Ltd. and Birch Inc., governed by the laws of Delaware.',
    );
    await client.json(`/api/documents/${otherId}`);

    const documentId = await client.upload('long.pdf', new Uint8Array(await longContractPdf(pages)));
    const review = client.analyze(documentId, { wait: 60 });
    const latencies: number[] = [];
    let isReviewed = false;
    const ended = () => {
      isReviewed = true;
    };
    review.then(ended, ended);
    while (!isReviewed) {
      const startedAt = performance.now();
      await client.json(`/api/documents/${otherId}`);
      latencies.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    const { analysis_id, status } = await review;
    expect(status).toBe('completed');
    const { coverage } = await client.json(`/api/analyses/${analysis_id}`);
    expect(coverage).toMatchObject({ pages, read_chars: coverage.total_chars, unread: [] });
    latencies.sort((a, b) => a - b);
    const p99 = latencies[Math.floor(latencies.length * 0.99)] as number;
    console.log(`${latencies.length} requests during the review, p99 ${p99.toFixed(1)} ms`);
    expect(latencies.length).toBeGreaterThan(100);
    expect(p99).toBeLessThan(100);
  });
});
