import { review } from '../src/engine/builtin/review.ts';
import { loadRuleset } from '../src/engine/builtin/risks/load-ruleset.ts';
import type { LabelledContract } from './cuad.ts';

const charsPerPage = 3000;
const warmUp = 20;
const mebibyte = 2 ** 20;

/**
 * Reviews all contracts in this thread and says how fast, and how much memory the process has by then. It counts the time of the
 * processor, that of the garbage collector's threads included, so that what else the machine does has little part in it.
 */
export function measureSpeed(contracts: readonly LabelledContract[]): string {
  const { ruleset } = loadRuleset();
  for (const { text } of contracts.slice(0, warmUp)) review({ text, pages: [] }, () => undefined, ruleset);
  let chars = 0;
  let untilClauses = 0;
  const startedAt = processorSeconds();
  for (const { text } of contracts) {
    chars += text.length;
    const reviewStartedAt = processorSeconds();
    let areClausesFound = false;
    review(
      { text, pages: [] },
      ({ stage }) => {
        if (stage !== 'obligations' || areClausesFound) return;
        areClausesFound = true;
        untilClauses += processorSeconds() - reviewStartedAt;
      },
      ruleset,
    );
  }
  const pages = chars / charsPerPage;
  const perSecond = (seconds: number) => `${Math.round(pages / seconds)} pages a second`;
  return [
    `${Math.round(pages)} pages of ${charsPerPage} characters on one core: from text to clauses ${perSecond(untilClauses)},`,
    `whole review ${perSecond(processorSeconds() - startedAt)};`,
    `the process takes ${Math.round(process.memoryUsage.rss() / mebibyte)} MiB`,
  ].join(' ');
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
