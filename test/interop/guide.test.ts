import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../integration/cli/projects.ts";
import { CeleryProject } from "../support/celery.ts";
import { makeDjangoSource } from "../support/django-source.ts";
import { eventually } from "../support/eventually.ts";
import { createTestProject, type TestProject } from "../support/project.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/guides/beside-celery.md"), "utf8");

/** The page's blocks of one language: their text, by the file that they name or by their place. */
function blocks(language: string): readonly { readonly file: string | undefined; readonly text: string }[] {
  const pattern = new RegExp(`^\`\`\`${language}(?: (\\S+))?\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...page.matchAll(pattern)].map(([, file, text = ""]) => ({ file, text }));
}

/** The commands of the page, in their order. */
const commands = blocks("sh").flatMap(({ text }) =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
);

/** The words of a shell's line; the page quotes with ' alone. */
const words = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

describe("the guide Beside Celery", () => {
  let redis: RedisServer;
  let project: TestProject;
  let celery: CeleryProject;
  let python: string;
  const own = (text: string) => text.replaceAll("redis://localhost:6379/", redis.url.replace(/\d*$/, ""));

  beforeAll(async () => {
    redis = await startRedisServer();
    python = mkdtempSync(join(tmpdir(), "hyoshi-guide-"));
    const files = blocks("ts").flatMap(({ file, text }) => (file === undefined ? [] : [[file, own(text)]]));
    project = createTestProject(Object.fromEntries(files) as Record<string, string>);
    symlinkSync(join(root, "node_modules"), join(project.folder, "node_modules"));
    for (const { file, text } of blocks("python")) {
      if (file === undefined) continue;
      mkdirSync(dirname(join(python, file)), { recursive: true });
      writeFileSync(join(python, file), own(text));
    }
    makeDjangoSource(join(project.folder, "db.sqlite3"), [
      { model: "django_celery_beat.IntervalSchedule", as: "each", fields: { every: 1, period: "seconds" } },
      {
        model: "django_celery_beat.PeriodicTask",
        fields: {
          name: "Each second",
          task: "tasks.resize",
          args: '["b.png", 1]',
          queue: "celery",
          interval: "@each",
        },
      },
    ]);
    celery = new CeleryProject({ folder: python });
  });
  afterAll(async () => {
    await Promise.all([celery?.close(), project?.close()]);
    await redis?.stop();
    rmSync(python, { recursive: true, force: true });
  });

  const isService = (line: string) => / worker\b/.test(line) || / beat$/.test(line);

  /** Runs one of the page's commands; a service is started and goes on. Answers what it printed. */
  async function execute(line: string): Promise<string> {
    const [program, ...args] = words(line);
    if (program === "celery") {
      if (isService(line)) {
        // It says so from this level on.
        await celery.start(...args.slice(2), "-l", "INFO").says(" ready.");
        return "";
      }
      const { code, stdout, stderr } = await celery.command(...args.slice(2));
      expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
      return stdout;
    }
    expect([program, args[0]]).toEqual(["npx", "hyoshi"]);
    if (isService(line)) {
      await project.start(args.slice(1)).says("at work");
      return "";
    }
    const { code, stdout, stderr } = await runHere(project.folder, args.slice(1));
    expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
    return stdout;
  }

  it("says commands that do what it says, one after the other", { timeout: 240_000 }, async () => {
    expect(commands.length).toBeGreaterThan(10);
    const said = new Map<string, string>();
    for (const line of commands) said.set(line, await execute(line));
    const output = (part: string) => [...said].find(([line]) => line.includes(part))?.[1] ?? "";
    expect(output("inspect ping")).toContain("celery@");
    expect(output("send tasks.resize")).toContain('"a.png@120"');
    expect(output("--take-over")).not.toBe("");
    expect(output("celery -A tasks status")).toMatch(/online/);

    // The task that Python's command line sent to the worker in TypeScript.
    const id = output("celery -A tasks call").trim();
    await eventually(async () => (await celery.command("result", id)).stdout.includes("a.png@64"), { every: 500 });
    // What beat has taken over fires, and the Python worker executes it.
    await eventually(async () => {
      const { stdout } = await runHere(project.folder, [
        "runs",
        "--task",
        "tasks.resize",
        "--state",
        "succeeded",
        "--json",
      ]);
      return (JSON.parse(stdout) as { items: readonly unknown[] }).items.length >= 3;
    });
  });
});
