import { afterAll, beforeAll, describe } from 'vitest';
import { describeConsistencyCommand } from './consistency-command.e2e.ts';
import { describeGrpcByHand } from './grpc-by-hand.e2e.ts';
import { describeMainJob } from './main-job.e2e.ts';
import { describeReviewCommand } from './review-command.e2e.ts';
import { type System, startSystem } from './system.ts';

/** What needs no system of its own. One of them takes `-t`: `npm test -- running-system -t 'npm run review'`. */
let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const open = () => system;

describe('the main job', () => {
  describeMainJob(open);
});
describe('gRPC by hand', () => {
  describeGrpcByHand(open);
});
describe('the review command', () => {
  describeReviewCommand(open);
});
// Last, because it stops Redis.
describe('the consistency command', () => {
  describeConsistencyCommand(open);
});
