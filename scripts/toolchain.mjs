/**
 * Gets from a fresh clone and whatever Node there is (20 or later) to installed packages and the project's own Node.
 * Dependency-free, and runs on the host's Node: the libraries do not.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, runOrExit } from "./child.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const projectNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** The environment for the project's commands: its own Node and tools come first. */
export function projectEnvironment() {
  return { ...process.env, PATH: [bin, ...outerPath()].join(delimiter) };
}

/** Installs the packages unless exactly those of the lockfile are there. */
export async function install() {
  if (isInstalled(join(root, "package-lock.json"), join(root, "node_modules")) && existsSync(projectNode)) return;
  console.log("installing packages (npm ci) ...");
  const [command, ...args] = npm();
  await runOrExit(command, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    env: { ...process.env, PATH: outerPath().join(delimiter) },
  });
  if (!existsSync(projectNode)) {
    console.error(
      `${projectNode} does not exist after npm ci: the package "node" brings it with an install script, so allow its scripts (npm config ignore-scripts false)`,
    );
    process.exit(1);
  }
}

/**
 * Installs the packages, and runs the calling script again with the project's Node unless that is what runs it now.
 *
 * @param {string} script the caller's `import.meta.url`
 */
export async function enterToolchain(script) {
  await install();
  if (realpathSync(process.execPath) === realpathSync(projectNode)) return;
  const args = [fileURLToPath(script), ...process.argv.slice(2)];
  process.exit(await run(projectNode, args, { env: projectEnvironment() }));
}

/**
 * npm records what it has installed once it is done; that record has to agree with the lockfile. It is compared by
 * content, because a clone gives every file the same age. Packages for other platforms are in the lockfile alone.
 *
 * @param {string} lockfile
 * @param {string} modules
 */
export function isInstalled(lockfile, modules) {
  const wanted = packagesOf(lockfile);
  const present = packagesOf(join(modules, ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (!path.includes("node_modules/")) return true;
    const found = present[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * How to start npm. Under `npm run` it is the same npm, with the Node that runs it: the one on the path may be the
 * project's own, which npm is about to replace.
 *
 * @returns {[string, ...string[]]}
 */
function npm() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  if (cli?.endsWith("npm-cli.js") && node && !node.startsWith(root)) return [node, cli];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** The path without the project's own tools. */
function outerPath() {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.startsWith(join(root, "node_modules")));
}
