import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isInstalled } from "./toolchain.mjs";

const folder = mkdtempSync(join(tmpdir(), "hyoshi-toolchain-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kysely = { version: "0.29.9", integrity: "sha512-one" };
const forWindows = { version: "1.0.0", integrity: "sha512-two", optional: true };
const lockfile = {
  "": { name: "hyoshi" },
  web: {},
  "node_modules/kysely": kysely,
  "node_modules/only-windows": forWindows,
};

function isUpToDate(installed: object | undefined) {
  const modules = join(folder, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules);
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: lockfile }));
  if (installed) writeFileSync(join(modules, ".package-lock.json"), JSON.stringify({ packages: installed }));
  return isInstalled(join(folder, "package-lock.json"), modules);
}

describe("isInstalled", () => {
  test("accepts the lockfile's packages without those for other platforms, and more", () => {
    expect(isUpToDate({ "node_modules/kysely": kysely, "node_modules/node/node_modules/brought-along": {} })).toBe(
      true,
    );
  });

  test("refuses a missing package, another version and another content", () => {
    expect(isUpToDate({})).toBe(false);
    expect(isUpToDate({ "node_modules/kysely": { ...kysely, version: "0.28.0" } })).toBe(false);
    expect(isUpToDate({ "node_modules/kysely": { ...kysely, integrity: "sha512-other" } })).toBe(false);
  });

  test("refuses another version of an optional package", () => {
    const other = { ...forWindows, version: "0.9.0" };
    expect(isUpToDate({ "node_modules/kysely": kysely, "node_modules/only-windows": other })).toBe(false);
  });

  test("refuses an installation that npm did not complete", () => {
    expect(isUpToDate(undefined)).toBe(false);
  });
});
