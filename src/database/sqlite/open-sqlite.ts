import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { HyoshiError, messageOf } from "../../base/error.ts";

export type SqliteConnection = Database;

export interface SqliteSettings {
  readonly file: string;
  /**
   * `process`: a killed process loses nothing, a power cut at most about the last two seconds. `power`: every commit waits for the
   * disk, and a power cut loses nothing either.
   */
  readonly durability: "process" | "power";
}

/**
 * How long SQLite itself waits for a lock. It sleeps the whole event loop while it does, so the waiting is done in
 * JavaScript (`retryWhileBusy`) and this only spares the retries of very short collisions.
 */
const BUSY_TIMEOUT_MS = 2;

/** Pages in the log at which a commit checkpoints by itself: a backstop behind the one that a thread makes each second. */
const CHECKPOINT_BACKSTOP_PAGES = 20_000;

/** Opens a connection that writes. Creates the file and its folder. */
export function openSqliteWriter(settings: SqliteSettings): SqliteConnection {
  return opened(settings.file, () => {
    makeFolder(dirname(settings.file));
    const connection = new Sqlite(settings.file, { timeout: 5_000 });
    // Changing to WAL takes an exclusive lock for a moment; only then is the short time-out right.
    connection.pragma("journal_mode = wal");
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    connection.pragma(`synchronous = ${settings.durability === "power" ? "full" : "normal"}`);
    connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_BACKSTOP_PAGES}`);
    connection.pragma("foreign_keys = on");
    connection.pragma("cache_size = -32768");
    return connection;
  });
}

/** Opens a connection that can only read. The file must exist. */
export function openSqliteReader(file: string): SqliteConnection {
  return opened(file, () => {
    const connection = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 1_000 });
    connection.pragma("cache_size = -16384");
    return connection;
  });
}

/** One level after the other: Node's own recursive way never returns where the system refuses with "not found", as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function opened(file: string, open: () => SqliteConnection): SqliteConnection {
  try {
    return open();
  } catch (error) {
    throw new HyoshiError(
      "database_unavailable",
      `SQLite file '${file}' cannot be opened: ${messageOf(error)}; its folder must exist or be creatable, and be writable by this user`,
      { cause: error, fields: { file } },
    );
  }
}
