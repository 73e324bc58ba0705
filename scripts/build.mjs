/**
 * `npm run build`: compiles the package into `dist/` and the admin's front-end into `web/dist/`; with `--stale`, as npm packs it, only
 * what was built from other sources than those that are there.
 *
 * Each is built beside its place and moved there when it is complete, so that a failed build changes nothing and a
 * running program never finds half of one.
 */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runOrExit } from "./child.mjs";
import { enterToolchain, projectEnvironment, root } from "./toolchain.mjs";

const cache = join(root, ".cache", "build");

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} output the folder that is built, relative to the root
 * @property {string} proof a file that exists when it was built
 * @property {readonly string[]} inputs files and folders that decide what comes out
 * @property {(folder: string) => Promise<void>} build
 */

/** @type {readonly Part[]} */
const parts = [
  {
    name: "package",
    output: "dist",
    proof: "dist/cli/main.js",
    inputs: ["src", "tsconfig.json", "tsconfig.build.json", "package-lock.json"],
    async build(folder) {
      await tool(root, "tsc", "-p", "tsconfig.build.json", "--outDir", folder);
      // What the sources read beside them, such as the files of a new project.
      for (const file of filesUnder(join(root, "src"))) {
        if (!file.endsWith(".ts")) cpSync(file, join(folder, relative(join(root, "src"), file)));
      }
    },
  },
  {
    name: "admin's front-end",
    output: "web/dist",
    proof: "web/dist/index.html",
    inputs: ["web", "src/admin/contract.ts", "package-lock.json"],
    build: (folder) =>
      tool(join(root, "web"), "vite", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", folder),
  },
];

/** Builds what is missing or was built from other sources than those that are there now. */
export async function buildWhatIsStale() {
  for (const part of parts) {
    if (!existsSync(join(root, part.proof)) || stampOf(part) !== fingerprint(part)) await buildPart(part);
  }
}

/** @param {Part} part */
async function buildPart(part) {
  const started = Date.now();
  // Not the output: npm pack prints its answer there.
  console.error(`building the ${part.name} ...`);
  // Taken before, so that a file saved meanwhile makes the build stale.
  const built = fingerprint(part);
  const [next, previous] = [join(cache, `next-${process.pid}`), join(cache, `previous-${process.pid}`)];
  const clear = () => rmSync(next, { recursive: true, force: true });
  clear();
  // A failed build ends this process.
  process.once("exit", clear);
  await part.build(next);

  const output = join(root, part.output);
  if (existsSync(output)) renameSync(output, previous);
  renameSync(next, output);
  rmSync(previous, { recursive: true, force: true });
  writeFileSync(stampFile(part), built);
  console.error(`built the ${part.name} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {string} folder @param {string} name @param {readonly string[]} args */
async function tool(folder, name, ...args) {
  mkdirSync(cache, { recursive: true });
  await runOrExit(join(root, "node_modules", ".bin", name), args, { cwd: folder, env: projectEnvironment() });
}

/** @param {Part} part */
function fingerprint(part) {
  const hash = createHash("sha256");
  for (const input of part.inputs) {
    for (const file of filesUnder(join(root, input)))
      hash.update(relative(root, file)).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** @param {Part} part */
function stampOf(part) {
  return existsSync(stampFile(part)) ? readFileSync(stampFile(part), "utf8") : undefined;
}

/** @param {Part} part */
function stampFile(part) {
  return join(cache, `${dirname(part.proof).replaceAll("/", "-")}.sha256`);
}

/**
 * The files at `path` in a fixed order, without tests and without what was installed or built.
 *
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "node_modules" && name !== "dist" && !/\.test\.tsx?$/.test(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await enterToolchain(import.meta.url);
  if (process.argv.includes("--stale")) await buildWhatIsStale();
  else for (const part of parts) await buildPart(part);
}
