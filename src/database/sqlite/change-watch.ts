import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock, Stop } from "../../base/clock.ts";
import { openSqliteReader, type SqliteConnection } from "./open-sqlite.ts";

/**
 * After a write to the log is noticed, its commit may not be visible yet: the file changes first and the shared index after it.
 * Without the second looks about one commit in thirty was missed until the next write.
 */
const LOOK_AGAIN_AFTER_MS = [1, 3];

/**
 * Calls `changed` soon after another connection, of this or another process, has committed. Watches the `-wal` file's folder (the file
 * itself comes and goes) and filters by `data_version`. A hint: whoever depends on it also looks each second.
 */
export function watchChanges(file: string, clock: Clock, changed: () => void): Stop {
  const connection: SqliteConnection = openSqliteReader(file);
  const version = connection.prepare("pragma data_version").pluck();
  let seen: unknown = version.get();
  let pending: Stop[] = [];

  const look = () => {
    const now = readVersion();
    if (now !== undefined && now === seen) return;
    seen = now;
    changed();
  };
  /** Undefined when the file does not answer: then something may have changed, and nothing is lost by a look. */
  const readVersion = (): unknown => {
    try {
      return version.get();
    } catch {
      return undefined;
    }
  };
  const noticed = () => {
    look();
    for (const stop of pending) stop();
    pending = LOOK_AGAIN_AFTER_MS.map((ms) => clock.after(ms, look));
  };

  const log = `${basename(file)}-wal`;
  const watcher: FSWatcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === null || name === log) noticed();
  });
  watcher.on("error", () => watcher.close());

  return () => {
    watcher.close();
    for (const stop of pending) stop();
    connection.close();
  };
}
