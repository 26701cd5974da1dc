import { loadRuleset, RulesetError } from './engine/builtin/risks/load-ruleset.ts';

/** Says, with exit code 1, what is wrong with the ruleset file that the argument names; for those who start the service later. */
try {
  loadRuleset(process.argv[2]);
} catch (error) {
  if (!(error instanceof RulesetError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
