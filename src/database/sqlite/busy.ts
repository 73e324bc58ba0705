import { setTimeout as sleep } from "node:timers/promises";
import { HyoshiError } from "../../base/error.ts";
import { CommitNews } from "../commit-news.ts";
import type { SqliteConnection } from "./open-sqlite.ts";

/** Attempts at a lock before a write gives up; with the delays below it comes to about 30 s. */
const ATTEMPTS = 1_500;
const FIRST_DELAY_MS = 1;
const LONGEST_DELAY_MS = 25;

function sqliteCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Another connection holds the lock: the same statement can succeed a moment later. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === "SQLITE_BUSY" || code.startsWith("SQLITE_BUSY_") || code === "SQLITE_LOCKED";
}

/** Turns what the driver throws into an error that says what to do; leaves everything else as it is. */
export function translated(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === "SQLITE_FULL") {
    return new HyoshiError(
      "database_full",
      "the disk of the database is full: free space, and what waits goes on by itself",
      {
        cause: error,
      },
    );
  }
  if (code.startsWith("SQLITE_READONLY")) {
    return new HyoshiError(
      "database_read_only",
      "the database cannot be written: its file or folder is read-only for this user",
      {
        cause: error,
      },
    );
  }
  if (code.startsWith("SQLITE_IOERR")) {
    return new HyoshiError("database_unavailable", "the database's disk answered with an error", { cause: error });
  }
  return error;
}

/**
 * Repeats `attempt` while another connection holds the lock, sleeping in JavaScript with jitter, so that the event loop goes on
 * and no process wins every time. Throws `database_busy` after about 30 s.
 */
export async function retryWhileBusy<T>(attempt: () => T): Promise<T> {
  for (let n = 0; ; n += 1) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw translated(error);
      if (n >= ATTEMPTS) {
        throw new HyoshiError("database_busy", "the database was locked by another process for about 30 s", {
          cause: error,
        });
      }
      const longest = Math.min(FIRST_DELAY_MS + n, LONGEST_DELAY_MS);
      await sleep(longest * (0.5 + Math.random() / 2));
    }
  }
}

const newsOf = new WeakMap<SqliteConnection, CommitNews>();

/** Within a {@link writeTransaction}: `listener` hears of `id` when it is committed. */
export function tellAfterCommit(connection: SqliteConnection, listener: (ids: readonly string[]) => void, id: string) {
  const news = newsOf.get(connection) ?? new CommitNews();
  newsOf.set(connection, news);
  news.add(listener, id);
}

/** One write transaction, from BEGIN IMMEDIATE to COMMIT without an `await` between: `work` is synchronous, and may be called again. */
export function writeTransaction<T>(connection: SqliteConnection, work: () => T): Promise<T> {
  const transaction = connection.transaction(work);
  return retryWhileBusy(() => {
    newsOf.get(connection)?.clear();
    const value = transaction.immediate();
    newsOf.get(connection)?.tell();
    return value;
  });
}
