import type { Reporter, TestCase } from 'vitest/node';

/** Tells what a test failed with that passed when it was repeated; vitest's own reporter only says that it was. */
export default class RepeatedTestsReporter implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    if (!testCase.diagnostic()?.flaky) return;
    for (const { message, stack } of testCase.result().errors ?? []) {
      console.log(`${testCase.module.relativeModuleId} > ${testCase.fullName} passed after it had failed:`);
      console.log(stack?.includes(message) ? stack : `${message}\n${stack}`);
    }
  }
}
