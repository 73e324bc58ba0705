/**
 * `npm test`: from a fresh clone to the closing line `N passed, N failed`. Installs npm packages (and, on Debian as root,
 * PostgreSQL, Redis, RabbitMQ, libfaketime, Chromium, Japanese fonts, Django and Celery), builds, runs the suites under vitest, then those in the browser.
 * `npm run test:long` (`--long`) runs the suites that take longer than a change should wait for, those of vitest
 * again with larger counts (HYOSHI_LONG=1), and in the browser the main flow on every stack (HYOSHI_STACKS=all).
 *
 * It fails when a test failed, when a runner failed outside its tests, and when a runner found no test at all.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { browserOrReason } from "./browser.mjs";
import { buildWhatIsStale } from "./build.mjs";
import { celeryOrReason } from "./celery.mjs";
import { run } from "./child.mjs";
import { djangoOrReason } from "./django.mjs";
import { faketimeLibrary } from "./faketime.mjs";
import { postgresPrograms } from "./postgres.mjs";
import { rabbitPrograms } from "./rabbitmq.mjs";
import { redisProgram } from "./redis.mjs";
import { playwrightCounts, vitestCounts } from "./test-report.mjs";
import { enterToolchain, projectEnvironment, root } from "./toolchain.mjs";

const long = process.argv.includes("--long");

await enterToolchain(import.meta.url);
const browser = await browserOrReason();
// Where there is none, the tests that need it fail and say so.
await postgresPrograms();
await faketimeLibrary();
await djangoOrReason();
await redisProgram();
await rabbitPrograms();
await celeryOrReason();
await buildWhatIsStale();

const reports = join(root, ".cache", "test-reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
// What processes keep there of modules that have changed since, or lay in folders of tests, is never asked for again.
rmSync(join(root, ".cache", "compile"), { recursive: true, force: true });
const env = { ...projectEnvironment(), ...(long ? { HYOSHI_LONG: "1" } : {}) };
/** @param {string} name @param {readonly string[]} args @param {NodeJS.ProcessEnv} more */
const tool = (name, args, more = {}) =>
  run(join(root, "node_modules", ".bin", name), args, { cwd: root, env: { ...env, ...more } });

const vitestReport = join(reports, "vitest.json");
const outcomes = [
  vitestCounts(
    await tool("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`]),
    vitestReport,
  ),
];

let complete = true;
if (browser.executable !== undefined) {
  const report = join(reports, "playwright.json");
  const config = ["--config", "test/browser/playwright.config.ts"];
  const code = await tool("playwright", ["test", ...config, ...(long ? ["main-flow"] : [])], {
    ...(long && { HYOSHI_STACKS: "all" }),
    HYOSHI_CHROMIUM: browser.executable,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  outcomes.push(playwrightCounts(code, report));
} else {
  // On somebody's own machine the rest still tells something; where the run decides about a change, it must be whole.
  complete = process.env.CI !== "true";
  console.log(`\nbrowser suite not run: ${browser.reason}`);
}

const failures = outcomes.flatMap(({ failures, problem }) => (problem ? [...failures, problem] : failures));
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((one) => `  ${one}`).join("\n")}`);
const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
  outcomes.reduce((total, one) => total + one[key], 0);
if (sum("skipped") > 0) console.log(`\n${sum("skipped")} skipped`);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 && sum("passed") > 0 && complete ? 0 : 1);
