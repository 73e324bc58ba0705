#!/usr/bin/env node
"use strict";

// The command's door. It must parse and run on any Node from 12 on, without a dependency: native modules built for a
// newer Node crash an older one instead of failing, so the version is decided here, before anything else is loaded.
// Hence CommonJS, and nothing newer than ES2019.

// npm hands a signal to the shell between it and this program, and a shell dies of it without handing it on. Looked at
// before anything else is done: it may be gone in a moment.
const launcher = process.ppid;

const fs = require("fs");
const os = require("os");
const path = require("path");
const { spawn } = require("child_process");
const { pathToFileURL } = require("url");

const packageFolder = path.join(__dirname, "..");
const range = require("../package.json").engines.node;

/** Whether `version` lies in `range`: alternatives of `^1.2.3` and `>=1.2.3`, which is all that our `engines` uses. */
function satisfies(version, range) {
  const numbers = (text) => text.split("-")[0].split(".").map(Number);
  const has = numbers(version);
  return range.split("||").some((alternative) => {
    const [, operator, lowest] = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(alternative.trim());
    const needs = numbers(lowest);
    if (operator === "^" && has[0] !== needs[0]) return false;
    const differs = needs.findIndex((number, index) => has[index] !== number);
    return differs === -1 || has[differs] > needs[differs];
  });
}

/** The executable of the nearest npm package `node` that is new enough, looked for upwards from `folder`. */
function newerNode(folder) {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const candidate = path.join(at, "node_modules", "node");
    const executable = path.join(candidate, "bin", process.platform === "win32" ? "node.exe" : "node");
    try {
      const { version } = JSON.parse(fs.readFileSync(path.join(candidate, "package.json"), "utf8"));
      if (satisfies(version, range) && fs.existsSync(executable)) return executable;
    } catch {
      // No such package here, or not a readable one: the next folder up may have it.
    }
    if (at === path.dirname(at)) return undefined;
  }
}

/** Runs this same command with another Node, and ends as it ends. */
function runWith(executable) {
  // Before the child is there: a signal that comes between would end this process alone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, so the child has it already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const child = spawn(executable, [__filename].concat(process.argv.slice(2)), { stdio: "inherit" });
  const watch = setInterval(() => {
    if (process.env.npm_command === undefined || process.ppid === launcher) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 250);
  child.on("error", (error) => fail(`hyoshi: ${executable} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
}

function fail(line) {
  console.error(line);
  process.exit(1);
}

function tooOld(version) {
  const env = process.env;
  const remedy = "npm install --save-dev node@24";
  return /^ja/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || "")
    ? `hyoshi: Node.js ${version} は古すぎます（必要: ${range}）。更新するか、プロジェクトで「${remedy}」を実行してください`
    : `hyoshi: Node.js ${version} is too old, ${range} is needed: update it, or run \`${remedy}\` in the project`;
}

const main = path.join(packageFolder, "dist", "cli", "main.js");

if (!satisfies(process.versions.node, range)) {
  const executable = newerNode(process.cwd()) || newerNode(packageFolder);
  if (executable) runWith(executable);
  else fail(tooOld(process.versions.node));
} else if (!fs.existsSync(main)) {
  fail(`hyoshi: ${main} does not exist: run \`npm run build\` first`);
} else {
  import(pathToFileURL(main).href).catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
