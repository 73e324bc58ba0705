import { type FSWatcher, watch } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Clock, Stop } from "../base/clock.ts";

/** Editors save in several steps: what follows within this time belongs to the same save. */
const SETTLED_AFTER_MS = 150;

const SOURCE = /\.([cm]?[jt]sx?|json)$/;
const PASSED_OVER = new Set(["node_modules", "dist", "coverage"]);

/** Calls `saved` with the source files that were saved in `folders` or below, a moment after the last of them. */
export function watchProject(
  folders: readonly string[],
  clock: Clock,
  saved: (files: readonly string[]) => void,
): Stop {
  const files = new Set<string>();
  let stopTimer: Stop = () => {};
  const watchers: FSWatcher[] = outermost(folders).map((folder) => {
    const watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name === null || !isSource(name)) return;
      files.add(join(folder, name));
      stopTimer();
      stopTimer = clock.after(SETTLED_AFTER_MS, () => {
        const settled = [...files];
        files.clear();
        saved(settled);
      });
    });
    // A folder that is deleted has nothing more to tell.
    watcher.on("error", () => watcher.close());
    return watcher;
  });
  return () => {
    stopTimer();
    for (const watcher of watchers) watcher.close();
  };
}

function isSource(path: string): boolean {
  return SOURCE.test(path) && !path.split(sep).some((part) => PASSED_OVER.has(part) || part.startsWith("."));
}

/** Without those that lie in another one. */
function outermost(folders: readonly string[]): string[] {
  const lies = (inner: string, outer: string) => inner !== outer && !relative(outer, inner).startsWith("..");
  return [...new Set(folders)].filter((folder) => !folders.some((other) => lies(folder, other)));
}
