import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./toolchain.mjs";

/**
 * What a test runner did. What failed outside a test (a file that cannot be loaded, an unhandled rejection, no test at
 * all) counts as one failed and is told in `problem`. `failures` has a line for each that failed, for the end of a long run's output.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[], problem?: string }} Counts
 */

/**
 * @param {number} exitCode vitest's
 * @param {string} file its JSON report
 * @returns {Counts}
 */
export function vitestCounts(exitCode, file) {
  const report = read(file);
  if (report === undefined) return broken("vitest", exitCode);
  const emptyFiles = report.testResults.filter(
    (/** @type {any} */ one) => one.status === "failed" && one.assertionResults.length === 0,
  );
  return settle("vitest", exitCode, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + emptyFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(vitestFailures),
  });
}

/**
 * A test that passed only when it was repeated counts as failed.
 *
 * @param {number} exitCode Playwright's
 * @param {string} file its JSON report
 * @returns {Counts}
 */
export function playwrightCounts(exitCode, file) {
  const report = read(file);
  if (report === undefined) return broken("playwright", exitCode);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return settle("playwright", exitCode, {
    passed: expected,
    failed: unexpected + flaky,
    skipped,
    failures: (report.suites ?? []).flatMap(playwrightFailures),
  });
}

/**
 * @param {string} runner
 * @param {number} exitCode
 * @param {Counts} counts
 * @returns {Counts}
 */
function settle(runner, exitCode, counts) {
  if (counts.failed > 0) return counts;
  if (counts.passed === 0) return { ...counts, failed: 1, problem: `${runner} ran no test (counted as one failed)` };
  if (exitCode === 0) return counts;
  return {
    ...counts,
    failed: 1,
    problem: `${runner} failed outside its tests, with exit code ${exitCode} (counted as one failed)`,
  };
}

/** @param {string} runner @param {number} exitCode @returns {Counts} */
function broken(runner, exitCode) {
  const problem = `${runner} ended with exit code ${exitCode} and without a report (counted as one failed)`;
  return { passed: 0, failed: 1, skipped: 0, failures: [], problem };
}

/** @param {any} file @returns {string[]} */
function vitestFailures({ name, status, message, assertionResults }) {
  if (status === "failed" && assertionResults.length === 0) return [line(name, "", message)];
  return assertionResults
    .filter((/** @type {any} */ one) => one.status === "failed")
    .map((/** @type {any} */ one) => line(name, one.fullName, one.failureMessages?.[0]));
}

/** @param {any} suite @returns {string[]} */
function playwrightFailures({ suites = [], specs = [] }) {
  const failed = specs.flatMap((/** @type {any} */ { file, title, tests }) => {
    const results = tests.flatMap((/** @type {any} */ one) => one.results);
    const bad = results.find((/** @type {any} */ one) => one.status !== "passed" && one.status !== "skipped");
    return bad ? [line(file, title, bad.error?.message)] : [];
  });
  return [...failed, ...suites.flatMap(playwrightFailures)];
}

/** @param {string} file @param {string} title @param {string} [message] */
function line(file, title, message = "") {
  const [first = ""] = stripVTControlCharacters(message).split("\n");
  return [relative(root, resolve(root, "test/browser", file)), title, first].filter(Boolean).join(" › ");
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
