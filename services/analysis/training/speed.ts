import { review } from '../src/engine/builtin/review.ts';
import { loadRuleset } from '../src/engine/builtin/risks/load-ruleset.ts';
import type { ReviewProgress } from '../src/engine/engine.ts';
import type { LabelledContract } from './cuad.ts';

const charsPerPage = 3000;
const warmUp = 20;
const mebibyte = 2 ** 20;

/** Reviews all contracts in this thread and says how fast, and how much memory the process took for it. */
export function measureSpeed(contracts: readonly LabelledContract[]): string {
  const { ruleset } = loadRuleset();
  for (const { text } of contracts.slice(0, warmUp)) review({ text, pages: [] }, () => undefined, ruleset);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let chars = 0;
  let untilClauses = 0;
  for (const { text } of contracts) {
    const reviewStartedAt = performance.now();
    chars += text.length;
    const onProgress = ({ stage, fraction }: ReviewProgress) => {
      if (stage === 'obligations' && fraction <= clausesDone) untilClauses += performance.now() - reviewStartedAt;
    };
    review({ text, pages: [] }, onProgress, ruleset);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const pages = chars / charsPerPage;
  const perSecond = (spent: number) => `${Math.round(pages / spent)} pages/s`;
  return [
    `one thread, ${Math.round(pages)} pages of ${charsPerPage} characters: text to clauses ${perSecond(untilClauses / 1000)},`,
    `whole review ${perSecond(seconds)}; ${perSecond((user + system) / 1e6)} of processor time;`,
    `the process takes ${Math.round(process.memoryUsage.rss() / mebibyte)} MiB`,
  ].join(' ');
}

/** The fraction at which a review has found the clauses and goes on to the obligations. */
const clausesDone = 0.8;
