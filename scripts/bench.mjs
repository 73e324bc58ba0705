/**
 * `npm run bench`: builds, runs each `bench/<name>.ts` one after the other (never two at a time: they would measure each
 * other), and writes what they found between the markers in `docs/benchmarks.md`, with the machine and the versions.
 * `npm run bench -- NAME …` runs those alone and leaves the figures of the others as they are.
 *
 * A benchmark is a program. It prints what a person wants to read; called with `--json`, its last line is
 *
 *   { "name": "beat-10k-due",                            the file's name without `.ts`
 *     "settings": { "schedules": 10000, … },             what the figures depend on
 *     "results": [{ "figure": "all fired", "value": 0.41, "unit": "s", "ratio": 24.3, "to": "…" }] }
 *
 * where `ratio` (how many times) and `to` (than what, measured in the same run) are optional. It ends with exit code 0
 * when it could measure, whatever it measured, and leaves nothing behind.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { buildWhatIsStale } from "./build.mjs";
import { enterToolchain, projectEnvironment, root } from "./toolchain.mjs";

/**
 * @typedef {{ figure: string, value: number | string, unit: string, ratio?: number, to?: string }} Result
 * @typedef {{ name: string, settings: Record<string, unknown>, results: Result[] }} Report
 */

await enterToolchain(import.meta.url);
await buildWhatIsStale();

const page = join(root, "docs", "benchmarks.md");
const markers = /** @type {const} */ (["<!-- benchmarks: written by npm run bench -->", "<!-- benchmarks: end -->"]);

const all = readdirSync(join(root, "bench")).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark "${unknown.join('", "')}": expected some of ${all.join(", ")}`);
  process.exit(1);
}

const failed = [];
console.log(machine());
/** @type {Map<string, string>} */
const sections = new Map();
for (const name of asked.length > 0 ? asked : all.sort()) {
  console.log(`\n== ${name}`);
  try {
    sections.set(name, sectionOf(await measure(name)));
  } catch (error) {
    failed.push(name);
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
writePage();
console.log(`\nwrote ${sections.size} of ${sections.size + failed.length} benchmarks to docs/benchmarks.md`);
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 || sections.size === 0 ? 1 : 0;

/** @param {string} name @returns {Promise<Report>} */
async function measure(name) {
  const child = spawn(process.execPath, [join("bench", `${name}.ts`), "--json"], {
    cwd: root,
    env: projectEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  /** @type {string | undefined} the newest line, which is the report if no other follows */
  let last;
  for await (const line of createInterface({ input: child.stdout })) {
    if (last !== undefined) console.log(last);
    last = line;
  }
  const code = await ended;
  if (code !== 0) throw new Error(`ended with exit code ${code}${last ? ` after "${last}"` : ""}`);
  if (last === undefined) throw new Error("printed nothing");
  const report = JSON.parse(last);
  if (!Array.isArray(report.results) || report.results.length === 0) throw new Error(`has no results: ${last}`);
  return report;
}

/** @param {Report} report */
function sectionOf({ settings, results }) {
  const setting = Object.entries(settings).map(
    ([name, value]) => `${name} ${typeof value === "number" ? number(value) : value}`,
  );
  const rows = results.map(({ figure, value, unit, ratio, to }) => {
    const compared = ratio === undefined ? "" : `${number(ratio)} times ${to}`;
    return `| ${figure} | ${typeof value === "number" ? number(value) : value} ${unit} | ${compared} |`;
  });
  return [
    `${setting.length > 0 ? `With ${setting.join(", ")}. ` : ""}Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}.`,
    "",
    "| Figure | Value | Compared |",
    "| --- | ---: | --- |",
    ...rows,
  ].join("\n");
}

/** Three digits that mean something, as many as there are before the point. @param {number} value */
function number(value) {
  return value.toLocaleString(
    "en-US",
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}

function writePage() {
  const text = existsSync(page) ? readFileSync(page, "utf8") : `# Benchmarks\n\n${markers.join("\n")}\n`;
  const [start, end] = markers.map((marker) => text.indexOf(marker));
  if (start === undefined || end === undefined || start === -1 || end < start) {
    throw new Error(`${page} lacks the lines ${markers.join(" and ")}`);
  }
  const before = text.slice(0, start + markers[0].length);
  const kept = new Map(
    text
      .slice(before.length, end)
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [name = "", ...rest] = section.split("\n");
        return [name, rest.join("\n").trim()];
      }),
  );
  const written = [...new Map([...kept, ...sections])]
    .filter(([name]) => all.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const body = written.map(([name, section]) => `## ${name}\n\n${section}\n`).join("\n");
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, `${before}\n\n${body}\n${text.slice(end)}`);
}

function machine() {
  const hardware = `${cpus()[0]?.model ?? arch()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = `hyoshi ${versionIn(root)}, better-sqlite3 ${versionIn(join(root, "node_modules", "better-sqlite3"))}`;
  return `${hardware}; ${platform()} ${release()}; Node ${process.versions.node}, ${versions}`;
}

/** @param {string} folder */
function versionIn(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}
