import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** Ends the output with one plain line that programs can read, and says nothing when the run itself broke. */
class TallyReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const isBroken =
      reason === 'interrupted' ||
      unhandledErrors.length > 0 ||
      tests.length === 0 ||
      modules.some((module) => module.errors().length > 0);
    if (isBroken) return;
    const skipped = count('skipped');
    process.stdout.write(
      `${String(count('passed'))} passed, ${String(count('failed'))} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`,
    );
  }
}

// Vitest loads a reporter by its default export.
export default TallyReporter;
