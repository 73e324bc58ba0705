import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** What the project's lint says about these files, on their own. */
function lint(files: Record<string, string>) {
  folder = mkdtempSync(join(tmpdir(), "hyoshi-lint-"));
  for (const file of ["biome.json", "tsconfig.json", "package.json"]) cpSync(join(root, file), join(folder, file));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules", ".bin", "biome"),
    ["lint", "--vcs-enabled=false", "--error-on-warnings", "--colors=off", "."],
    { cwd: folder, encoding: "utf8" },
  );
  return { status, output: stdout + stderr };
}

test("the lint reports a promise that nobody waits for", () => {
  const { status, output } = lint({
    "store.ts": 'export async function save(): Promise<void> {\n  throw new Error("the disk is full");\n}\n',
    "planted.ts": 'import { save } from "./store.ts";\n\nexport function finish(): void {\n  save();\n}\n',
  });
  expect(output).toContain("planted.ts:4:3 lint/nursery/noFloatingPromises");
  expect(status).toBe(1);
});

test("the lint reports modules that import each other", () => {
  const { status, output } = lint({
    "one.ts": 'import { two } from "./two.ts";\n\nexport const one = (): number => two() + 1;\n',
    "two.ts": 'import { one } from "./one.ts";\n\nexport const two = (): number => one() + 1;\n',
  });
  expect(output).toContain("lint/suspicious/noImportCycles");
  expect(status).toBe(1);
});

test("the lint passes sources without a fault", () => {
  const { status, output } = lint({
    "store.ts": 'export async function save(): Promise<void> {\n  throw new Error("the disk is full");\n}\n',
    "sound.ts":
      'import { save } from "./store.ts";\n\nexport async function finish(): Promise<void> {\n  await save();\n}\n',
  });
  expect(output).toContain("Checked 5 files");
  expect(status).toBe(0);
});
