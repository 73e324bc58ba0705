import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { playwrightCounts, vitestCounts } from "./test-report.mjs";
import { root } from "./toolchain.mjs";

const folder = mkdtempSync(join(tmpdir(), "hyoshi-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(content: unknown) {
  const file = join(folder, "report.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const vitest = (counts: object, testResults: object[] = []) =>
  report({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults, ...counts });
const playwright = (stats: object) => report({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats } });

describe("vitestCounts", () => {
  test("counts what passed, failed and was skipped", () => {
    const file = vitest({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 });
    expect(vitestCounts(1, file)).toMatchObject({ passed: 7, failed: 2, skipped: 2 });
  });

  test("counts a file that could not be loaded as a failure", () => {
    const file = vitest({ numPassedTests: 7 }, [{ name: "a.test.ts", status: "failed", assertionResults: [] }]);
    expect(vitestCounts(1, file)).toMatchObject({ passed: 7, failed: 1 });
  });

  test("names what failed, each with the first line of its error", () => {
    const passed = { status: "passed", fullName: "fine", failureMessages: [] };
    const failed = { status: "failed", fullName: "group not fine", failureMessages: ["Error: no\n  at line 1"] };
    const file = vitest({ numPassedTests: 1, numFailedTests: 1 }, [
      { name: join(root, "src/a.test.ts"), status: "failed", assertionResults: [passed, failed] },
      { name: join(root, "src/b.test.ts"), status: "failed", message: "SyntaxError", assertionResults: [] },
    ]);
    expect(vitestCounts(1, file).failures).toEqual([
      "src/a.test.ts › group not fine › Error: no",
      "src/b.test.ts › SyntaxError",
    ]);
  });

  test("counts an error outside the tests as a failure", () => {
    expect(vitestCounts(1, vitest({ numPassedTests: 7 }))).toMatchObject({
      passed: 7,
      failed: 1,
      problem: expect.stringContaining("outside its tests"),
    });
  });

  test("counts a run without tests as a failure", () => {
    expect(vitestCounts(0, vitest({}))).toMatchObject({
      failed: 1,
      problem: "vitest ran no test (counted as one failed)",
    });
  });

  test("counts a run without a report as a failure", () => {
    expect(vitestCounts(0, join(folder, "absent.json"))).toMatchObject({ failed: 1, passed: 0 });
  });
});

describe("playwrightCounts", () => {
  test("counts a test that passed only when it was repeated as a failure", () => {
    expect(playwrightCounts(0, playwright({ expected: 5, flaky: 1, skipped: 1 }))).toMatchObject({
      passed: 5,
      failed: 1,
      skipped: 1,
    });
  });

  test("names what failed, wherever it is nested", () => {
    const spec = (title: string, status: string) => ({
      file: "run.spec.ts",
      title,
      tests: [{ results: [{ status, error: { message: "Error: \u001b[31mnot there\u001b[39m\n\ncall log" } }] }],
    });
    const nested = { specs: [spec("on a phone", "timedOut")] };
    const file = report({
      stats: { expected: 1, unexpected: 2, flaky: 0, skipped: 0 },
      suites: [{ specs: [spec("fine", "passed"), spec("a run", "failed")], suites: [nested] }],
    });
    expect(playwrightCounts(1, file).failures).toEqual([
      "test/browser/run.spec.ts › a run › Error: not there",
      "test/browser/run.spec.ts › on a phone › Error: not there",
    ]);
  });

  test("counts a run without tests as a failure", () => {
    expect(playwrightCounts(1, playwright({}))).toMatchObject({ failed: 1 });
  });
});
