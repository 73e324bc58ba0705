import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const copies: string[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true, force: true });
});

/** A folder with the project's sources, or with none, and the given files beside them. */
function copyWith(files: Record<string, string>, { sources }: { sources: boolean }) {
  const copy = mkdtempSync(join(tmpdir(), "hyoshi-deps-"));
  copies.push(copy);
  if (sources)
    for (const folder of ["src", "web/src"]) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    writeFileSync(join(copy, name), text);
  }
  return copy;
}

function check(copy: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/check-deps.mjs", "--root", copy], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const value = "export const value = 1;\n";
const uses = (path: string) => `import { value } from "${path}";\nconsole.log(value);\n`;

describe("check-deps", { timeout: 60_000 }, () => {
  test("reports each kind of forbidden import, however it is written", () => {
    const planted: Record<string, [string, string]> = {
      "base-imports": ["src/base/planted.ts", uses("../schedule/planted-target.ts")],
      "firing-imports": ["src/firing/planted.ts", uses("../task/planted-target.ts")],
      "schedule-imports": ["src/schedule/planted.ts", 'export type { Planted } from "../task/planted-target.ts";\n'],
      "task-imports": ["src/task/planted.ts", 'export type Far = import("../run/planted-target.ts").Planted;\n'],
      "message-imports": ["src/message/planted.ts", 'import "../task/planted-target.ts";\n'],
      "run-port-imports": ["src/run/planted.ts", uses("./planted-technology/planted-target.ts")],
      "ledger-port-imports": ["src/ledger/planted.ts", uses("../run/planted-target.ts")],
      "adapter-imports": ["src/run/planted-technology/planted.ts", uses("../other-technology/planted-target.ts")],
      "database-imports": ["src/database/planted.ts", uses("../run/planted-technology/planted-target.ts")],
      "catalog-imports": ["src/catalog/planted.ts", uses("../database/planted-target.ts")],
      "beat-imports": ["src/beat/planted.ts", uses("../worker/planted-target.ts")],
      "worker-imports": [
        "src/worker/planted.ts",
        'export async function load() {\n  await using found = await import("../app/planted-target.ts");\n  return found;\n}\n',
      ],
      "app-imports": ["src/app/planted.ts", 'export const load = () => import("../cli/planted-target.ts");\n'],
      "admin-imports": ["src/admin/planted.ts", uses("../ledger/planted-target.ts")],
      "unknown-folder": ["src/helpers/planted.ts", uses("../base/planted-target.ts")],
      "no-cycle": ["src/base/planted-one.ts", 'export { value } from "./planted-two.ts";\n'],
      "pure-folders-do-no-io": ["src/calendar/planted.ts", 'import "node:fs";\n'],
      "drivers-at-the-edge": ["src/beat/planted-driver.ts", 'import "better-sqlite3";\n'],
      "only-sources": ["src/app/planted-source.ts", uses("../../test/support/planted-target.ts")],
      "no-dev-dependency": ["src/app/planted-development.ts", 'import "vitest";\n'],
      "web-imports-the-contract": [
        "web/src/planted.ts",
        'export type { Planted } from "../../src/run/planted-target.ts";\n',
      ],
      "web-imports-types": ["web/src/planted-value.ts", 'export { page } from "../../src/admin/contract.ts";\n'],
      "no-unresolved": ["src/base/planted-typo.ts", 'import "./planted-tpyo.ts";\n'],
    };
    const targets = Object.values(planted).flatMap(([file, text]) =>
      [...text.matchAll(/"(\.[^"]*planted-target\.ts)"/g)].map(([, path]) => join(dirname(file), path ?? "")),
    );
    const copy = copyWith(
      {
        ...Object.fromEntries(targets.map((target) => [target, `${value}export type Planted = 1;\n`])),
        "src/base/planted-two.ts": 'export { value } from "./planted-one.ts";\n',
        ...Object.fromEntries(Object.values(planted)),
      },
      { sources: true },
    );

    const { status, output } = check(copy);

    const reported = Object.entries(planted).filter(([rule, [file]]) => output.includes(`${rule}: ${file} -> `));
    expect(reported.map(([rule]) => rule)).toEqual(Object.keys(planted));
    expect(status).toBe(1);
  });

  test("passes over imports that only the types need where the table allows them, and tests", () => {
    const copy = copyWith(
      {
        "src/base/one.ts": 'import type { Two } from "./two.ts";\nexport type One = Two | 1;\n',
        "src/base/two.ts": 'import type { One } from "./one.ts";\nexport type Two = One | 2;\n',
        "src/base/one.test.ts": 'import "../cli/main.ts";\n',
        "src/ledger/ledger.ts": 'import type { One } from "../base/one.ts";\nexport type Row = One;\n',
        "src/ledger/sqlite/sqlite-ledger.ts": 'export type { Row } from "../ledger.ts";\n',
        "src/admin/contract.ts": 'import type { Row } from "../ledger/ledger.ts";\nexport type Wire = Row;\n',
        "src/cli/main.ts": 'import "../app/app.ts";\n',
        "src/app/app.ts": 'export type { Row } from "../ledger/sqlite/sqlite-ledger.ts";\n',
        "src/index.ts": 'export type { Row } from "./ledger/ledger.ts";\n',
        "web/src/main.tsx":
          'import type { Wire } from "../../src/admin/contract.ts";\nexport const a = (b: Wire) => <p>{b}</p>;\n',
      },
      { sources: false },
    );
    expect(check(copy)).toEqual({ status: 0, output: expect.stringContaining("0 violations") });
  });

  test("fails when there is nothing to see", () => {
    expect(check(copyWith({ "src/base/readme.md": "" }, { sources: false })).status).toBe(1);
  });

  test("fails when the modules' imports are not seen", () => {
    const islands = Object.fromEntries(["one", "two", "three"].map((name) => [`src/base/${name}.ts`, value]));
    const { status, output } = check(copyWith(islands, { sources: false }));
    expect(output).toContain("too few modules or imports were seen");
    expect(status).toBe(1);
  });
});
