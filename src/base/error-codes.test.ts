import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(root, file), "utf8"));
const page = readFileSync(join(root, "docs/reference/errors.md"), "utf8");

const documented = new Set([...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = ""]) => code));

it("documents every code with which an error is made", () => {
  const made = new Set(
    sources.flatMap((text) => [
      ...[...text.matchAll(/new HyoshiError\(\s*"([a-z_]+)"/g)].map(([, code = ""]) => code),
      ...[...text.matchAll(/scheduleError\(\{\s*code: "([a-z_]+)"/g)].map(([, code = ""]) => code),
      ...[...text.matchAll(/(?:jsonError|validate)\([^)]*"((?:invalid|result)_[a-z_]+)"/g)].map(
        ([, code = ""]) => code,
      ),
    ]),
  );
  expect(made.size).toBeGreaterThan(50);
  expect([...made].filter((code) => !documented.has(code))).toEqual([]);
});

it("documents no code that nothing makes", () => {
  const all = sources.join("\n");
  // Codes that are put together from a state: run_cancelled, run_failed …
  const composed = ["cancelled", "lost", "failed", "expired"].map((state) => `run_${state}`);
  const unmade = [...documented].filter((code) => !all.includes(`"${code}"`) && !composed.includes(code));
  expect(documented.size).toBeGreaterThan(60);
  expect(unmade).toEqual([]);
});
