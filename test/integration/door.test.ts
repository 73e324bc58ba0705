import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The published package's `bin/` on its own, wanting the given Node, with the given files beside it. */
function installed(node: string, files: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-door-"));
  folders.push(folder);
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  const all = { "package.json": JSON.stringify({ type: "module", engines: { node } }), ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function call(folder: string, env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "bin", "hyoshi.js"), "beat", "--once"], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, LANG: "en_US.UTF-8", ...env },
  });
  return { status, stdout, stderr };
}

const main = { "dist/cli/main.js": 'console.log(["main", ...process.argv.slice(2)].join(" "));\n' };

/** An npm package `node` whose program is a shell script. */
function nodePackage(folder: string, version: string, script: string) {
  const bin = join(folder, "node_modules", "node", "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, "node_modules", "node", "package.json"), JSON.stringify({ version }));
  writeFileSync(join(bin, "node"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "node"), 0o755);
}

describe("the command's door", () => {
  test.each([
    [">=20.0.0", 0],
    ["^1.2.3 || ^22.22.2 || >=22.0.0", 0],
    [`>=${process.versions.node}`, 0],
    [`^${process.versions.node}`, 0],
    [`^${Number(process.versions.node.split(".")[0]) - 1}.0.0`, 1],
    [`>=${process.versions.node.replace(/\d+$/, (patch) => `${Number(patch) + 1}`)}`, 1],
    ["^22.22.2 || >=99.0.0", 1],
  ])("lets this Node in exactly when %s accepts it", (range, status) => {
    expect(call(installed(range, main)).status).toBe(status);
  });

  test("hands the arguments to the command", () => {
    expect(call(installed(">=20.0.0", main)).stdout).toBe("main beat --once\n");
  });

  test("says in one line which Node it needs, in English or Japanese", () => {
    const folder = installed(">=99.0.0", main);
    const english = call(folder).stderr;
    expect(english).toMatch(/^hyoshi: Node\.js \S+ is too old, >=99\.0\.0 is needed: [^\n]+\n$/);
    const japanese = /^hyoshi: Node\.js \S+ は古すぎます（必要: >=99\.0\.0）[^\n]+\n$/;
    expect(call(folder, { LANG: "ja_JP.UTF-8" }).stderr).toMatch(japanese);
    expect(call(folder, { LC_ALL: "ja_JP.UTF-8" }).stderr).toMatch(japanese);
    expect(call(folder, { LC_ALL: "C", LANG: "ja_JP.UTF-8" }).stderr).toBe(english);
  });

  test("says how to build a checkout that is not built", () => {
    expect(call(installed(">=20.0.0"))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^hyoshi: [^\n]+main\.js does not exist: run `npm run build` first\n$/),
    });
  });

  test("goes on with the npm package node where that is new enough, and ends as it ends", () => {
    const folder = installed(">=99.0.0", main);
    nodePackage(folder, "99.1.0", 'shift\necho "newer $*"\nexit 7');
    expect(call(folder)).toEqual({ status: 7, stdout: "newer beat --once\n", stderr: "" });
  });

  test("passes over an npm package node that is too old as well", () => {
    const folder = installed(">=99.0.0", main);
    nodePackage(folder, "98.9.9", "exit 7");
    expect(call(folder).status).toBe(1);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("hands %s on, and waits for the end", async (signal) => {
    const folder = installed(">=99.0.0", main);
    nodePackage(
      folder,
      "99.0.0",
      `trap 'echo stopped; exit 5' ${signal.slice(3)}\necho ready\nfor i in $(seq 400); do sleep 0.05; done`,
    );
    const child = spawn(process.execPath, [join(folder, "bin", "hyoshi.js")], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (text.includes("ready")) child.kill(signal);
    });
    const [code] = await once(child, "close");
    expect({ code, output }).toEqual({ code: 5, output: "ready\nstopped\n" });
  });

  test("tells the newer Node to stop when the shell that npm started it from is gone", async () => {
    const folder = installed(">=99.0.0", main);
    nodePackage(
      folder,
      "99.0.0",
      "trap 'echo stopped; exit 5' TERM\necho ready\nfor i in $(seq 400); do sleep 0.05; done",
    );
    const shell = spawn("sh", ["-c", `"${process.execPath}" bin/hyoshi.js; true`], {
      cwd: folder,
      env: { ...process.env, npm_command: "exec" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (text.includes("ready")) shell.kill("SIGTERM");
    });
    await once(shell, "close");
    expect(output).toBe("ready\nstopped\n");
  });
});
