import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faketimeLibrary } from "../../scripts/faketime.mjs";

/** The wall clock of processes, which jumps when it is told to; their monotonic clock goes on. */
export interface ShiftedClock {
  /** What processes must be started with to read it. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on it is so many ms ahead of the machine's; behind it when negative. */
  shift(ms: number): void;
  remove(): void;
}

/** Fails where libfaketime is not installed and cannot be. */
export async function createShiftedClock(): Promise<ShiftedClock> {
  const library = await faketimeLibrary();
  if (library === undefined) {
    throw new Error("no libfaketime was found: install it (Debian: apt-get install libfaketime)");
  }
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-clock-"));
  // A PostgreSQL server runs as another user.
  chmodSync(folder, 0o755);
  const file = join(folder, "shift");
  const shift = (ms: number) => {
    // Whoever reads it meanwhile finds the one or the other, whole.
    writeFileSync(`${file}.new`, `${ms < 0 ? "" : "+"}${ms / 1_000}\n`, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  };
  shift(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    shift,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
