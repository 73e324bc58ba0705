import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";

/** What the tasks of both projects write down when they are executed: a line each, whoever is killed afterwards. */
export class Notes {
  readonly folder = mkdtempSync(join(tmpdir(), "hyoshi-notes-"));
  readonly #file = join(this.folder, "notes.txt");

  constructor() {
    appendFileSync(this.#file, "");
  }

  lines(): readonly string[] {
    return readFileSync(this.#file, "utf8").split("\n").slice(0, -1);
  }

  /** How often each line with this beginning was written. */
  counted(beginning: string): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const line of this.lines()) {
      if (line.startsWith(beginning)) counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    return counts;
  }

  /** Waits for a line. */
  async hears(line: string, within = 30_000): Promise<void> {
    await eventually(() => this.lines().includes(line), {
      within,
      what: () => `the note '${line}'; there are:\n${this.lines().slice(-20).join("\n")}`,
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
