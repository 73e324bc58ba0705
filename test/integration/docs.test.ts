import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Inside the repository, so that `hyoshi` and `zod` are found as a project finds them.
const cache = join(root, ".cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("type-checks every example of the guides and the README", () => {
  const pages = ["README.md", ...globSync("docs/guides/*.md", { cwd: root })];
  // An example that others import names its file: ```ts billing/tasks.ts
  const examples = pages.flatMap((page) => [
    ...readFileSync(join(root, page), "utf8").matchAll(/^```ts(?: (\S+))?\n([\s\S]*?)^```/gm),
  ]);
  expect(examples.length).toBeGreaterThanOrEqual(4);
  const files = examples.map(([, name, text = ""], index) => {
    const file = join(folder, name ?? `example-${index}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  });
  const config = join(folder, "tsconfig.json");
  const paths = { hyoshi: [join(root, "src/index.ts")], "hyoshi/testing": [join(root, "src/testing.ts")] };
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions: { paths }, include: [], files }),
  );
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", config], { encoding: "utf8" });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
});
