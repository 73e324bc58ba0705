import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openSqliteWriter } from "./open-sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "hyoshi-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes the folders above a new file", () => {
  const connection = openSqliteWriter({ file: join(folder, "a/b/hyoshi.sqlite"), durability: "process" });
  expect(connection.pragma("journal_mode", { simple: true })).toBe("wal");
  connection.close();
});

it.runIf(process.platform === "linux")("says what is wrong, and returns, where no folder can be made", () => {
  expect(() => openSqliteWriter({ file: "/proc/nope/hyoshi.sqlite", durability: "process" })).toThrowError(
    /'\/proc\/nope\/hyoshi.sqlite' cannot be opened/,
  );
});

it("syncs every commit where a power cut must lose nothing", () => {
  const connection = openSqliteWriter({ file: join(folder, "power.sqlite"), durability: "power" });
  expect(connection.pragma("synchronous", { simple: true })).toBe(2);
  connection.close();
});
