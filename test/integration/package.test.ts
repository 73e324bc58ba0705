import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { createPostgresTestDatabase } from "../support/postgres-database.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const password = "correct-horse-battery-staple";
const minutes = 60_000;

/** Outside the repository, so that nothing of it is found upwards from there. */
const folder = mkdtempSync(join(tmpdir(), "hyoshi-package-"));
const project = join(folder, "tm");
let packed: { filename: string; files: readonly { path: string }[] };

beforeAll(async () => {
  [packed] = JSON.parse(await call(root, "npm", "pack", "--json", "--silent", "--pack-destination", folder));
  const tarball = join(folder, packed.filename);

  // Who makes the project has the package somewhere, here as it is packed and with what this repository has installed; the project then
  // gets its own, with all that it needs.
  const maker = join(folder, "maker");
  mkdirSync(maker);
  await call(maker, "tar", "-xzf", tarball, "--strip-components=1");
  symlinkSync(join(root, "node_modules"), join(maker, "node_modules"));
  await call(maker, "node", "bin/hyoshi.js", "startproject", "tm", project);

  const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  manifest.dependencies.hyoshi = `file:${tarball}`;
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  await call(project, "npm", "install", "--silent", "--prefer-offline");
}, 10 * minutes);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds the program, its types, the admin and the licence, and no source or test", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "bin/hyoshi.js",
        "bin/package.json",
        "dist/cli/main.js",
        "dist/index.d.ts",
        "dist/index.js",
        "dist/testing.d.ts",
        "dist/testing.js",
        "web/dist/index.html",
      ]),
    );
    expect(paths.filter((path) => /\.test\.|^src\/|^test\/|^scripts\/|^examples\//.test(path))).toEqual([]);
  });

  test(
    "makes a project that its types accept",
    async () => {
      await call(project, "npm", "run", "--silent", "typecheck");
    },
    2 * minutes,
  );

  test(
    "serves the project's own tests through its second door, under vitest and under node:test",
    async () => {
      const tests = (runner: string) => `
        import assert from "node:assert/strict";
        import { periodicTask } from "hyoshi";
        import { createTestApp } from "hyoshi/testing";
        import { test } from "${runner}";
        import { hello } from "../app/tasks.ts";

        test("greets whom a schedule names, each day", async () => {
          const daily = periodicTask({ name: "daily", task: hello, input: { name: "world" }, schedules: [{ kind: "crontab", expression: "0 9 * * *" }] });
          const app = await createTestApp({ tasks: [hello], periodicTasks: [daily], now: "2026-01-01T00:00:00Z" });
          await app.advance("2 days");
          const [first] = await app.expectSent(hello, { name: "world" }, { times: 2 });
          assert.equal(first?.state, "succeeded");
          assert.ok((await app.log(first.id)).includes("world"));
          await app.close();
        });
      `;
      mkdirSync(join(project, "tests"));
      writeFileSync(join(project, "tests", "of-vitest.test.ts"), tests("vitest"));
      writeFileSync(join(project, "tests", "of-node.ts"), tests("node:test"));
      symlinkSync(join(root, "node_modules", "vitest"), join(project, "node_modules", "vitest"));
      expect(await call(project, "node", "--test", "tests/of-node.ts")).toContain("greets whom a schedule names");
      const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
      expect(await call(project, "node", vitest, "run", "--root", project)).toContain("1 passed");
      await call(project, "npm", "run", "--silent", "typecheck");
    },
    2 * minutes,
  );

  test(
    "makes a project that runs as it stands: an app, the tables, a superuser, and a run from a schedule",
    async () => {
      expect(await call(project, "npx", "hyoshi", "startapp", "tapp_b")).toContain("made tapp_b/tasks.ts");
      const config = join(project, "hyoshi.config.ts");
      writeFileSync(config, readFileSync(config, "utf8").replace(/apps: \["app"\]/, 'apps: ["app", "tapp_b"]'));
      await call(project, "npx", "hyoshi", "migrate");
      expect(await call(project, "npx", "hyoshi", "createsuperuser", "--username", "admin")).not.toContain(password);

      const dev = spawn("npx", ["hyoshi", "dev", "--port", "0"], {
        cwd: project,
        env: outerEnvironment(),
        stdio: "pipe",
      });
      const output = collect(dev);
      const closed = once(dev, "close");
      try {
        const said = await eventually(() => /open (http:\S+)/.exec(output()) ?? undefined, {
          within: minutes,
          what: () => `the admin's address in\n${output()}`,
        });
        const api = await signIn(said[1] ?? "");
        // What nobody announces is saved with a warning, so the worker need not be up yet.
        await api("POST", "periodic-tasks", {
          name: "greet the second app",
          task: "tapp_b.hello",
          input: { name: "hyoshi" },
          schedules: [{ kind: "interval", every: 1, period: "seconds" }],
        });
        const run = await eventually(
          async () => (await api("GET", "runs?task=tapp_b.hello&state=succeeded")).items[0],
          { within: minutes, every: 200, what: () => `a run that succeeded; dev said\n${output()}` },
        );
        expect(run).toMatchObject({ task: "tapp_b.hello", state: "succeeded" });
      } finally {
        dev.kill("SIGTERM");
        await closed;
      }
      // npx itself is gone at once; its output is closed when nothing of what it started is left.
      expect(output()).toContain("stopping");
    },
    5 * minutes,
  );

  test(
    "says what to install where the address asks for PostgreSQL, and runs on it then",
    async () => {
      const { url, drop } = await createPostgresTestDatabase({ empty: true });
      const onPostgres = ["env", `DATABASE_URL=${url}`, "npx", "hyoshi"] as const;
      await expect(call(project, ...onPostgres, "migrate")).rejects.toThrow("run 'npm install pg'");
      await call(project, "npm", "install", "--silent", "--prefer-offline", "pg");
      expect(await call(project, ...onPostgres, "migrate")).toContain("applied 0001-create-tables");
      const [command, ...args] = onPostgres;
      const dev = spawn(command, [...args, "dev", "--port", "0"], {
        cwd: project,
        env: outerEnvironment(),
        stdio: "pipe",
      });
      const output = collect(dev);
      const closed = once(dev, "close");
      try {
        const atWork = ["worker is at work", "beat is at work", "open http"];
        await eventually(() => atWork.every((text) => output().includes(text)), { within: minutes, what: output });
        const sent = ["send", "app.hello", "--input", '{"name":"hyoshi"}', "--wait", "--timeout", "60"];
        expect(await call(project, ...onPostgres, ...sent)).toContain("hyoshi");
      } finally {
        dev.kill("SIGTERM");
        await closed;
        await drop();
      }
    },
    5 * minutes,
  );
});

/** A user's shell: nothing of this repository on the path, and nothing of the npm that runs these tests. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_(registry|cache|userconfig)$)|HYOSHI_|VITEST|NODE_(OPTIONS|ENV|PATH)$|PORT$|DATA_DIR$|DATABASE_URL$)/.test(
        name,
      ),
  );
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => !entry.startsWith(root));
  return {
    ...Object.fromEntries(inherited),
    // The Node of these tests: the host's own may be too old, and there is none in the maker's folder.
    PATH: [dirname(process.execPath), ...path].join(delimiter),
    HYOSHI_ADMIN_PASSWORD: password,
    NO_COLOR: "1",
  };
}

/** Runs a command to its end and answers what it printed; fails with all of it. */
async function call(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env: outerEnvironment(), maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  }
  return () => text;
}

/** Signs in as a browser does, and answers a caller of the API that fails on every answer but a good one. */
async function signIn(address: string) {
  const answer = await fetch(new URL("/api/v1/session", address), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password }),
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return async (method: "GET" | "POST", resource: string, body?: unknown) => {
    const response = await fetch(new URL(`/api/v1/${resource}`, address), {
      method,
      headers: { cookie, "x-csrf-token": csrfToken, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${resource} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
}
