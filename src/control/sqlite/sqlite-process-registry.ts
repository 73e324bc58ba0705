import { type Clock, type Instant, systemClock } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import { siblingModule } from "../../base/sibling-module.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import {
  type Announcement,
  LEASE_MS,
  type ProcessInfo,
  type ProcessRegistry,
  type Registration,
} from "../process-registry.ts";
import { renewedLease } from "../renewed-lease.ts";

export class SqliteProcessRegistry implements ProcessRegistry {
  readonly #connection: SqliteConnection;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #insert;
  readonly #otherHost;
  readonly #announce;
  readonly #supersede;

  constructor(connection: SqliteConnection, file: string, clock: Clock = systemClock) {
    this.#connection = connection;
    this.#file = file;
    this.#clock = clock;
    this.#insert = connection.prepare<unknown[]>(`
      insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info) values (?, ?, ?, ?, ?, ?, 0, ?)`);
    // Workers of other systems, whose ids are below zero, are only heard of: they have nothing to do with the file.
    this.#otherHost = connection.prepare<[Instant, string], { host: string; name: string }>(
      "select host, name from process where lease_until >= ? and host <> ? and id >= 0 limit 1",
    );
    this.#announce = connection.prepare<unknown[]>(`
      insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values (?, ?, ?, ?, ?)
      on conflict (task, schema_hash, process_id) do update set announcement = excluded.announcement, announced_at = excluded.announced_at`);
    // What dead processes told of a task is kept until a live one tells of it.
    this.#supersede = connection.prepare<[string, number]>(`
      delete from announced_task where task = ? and process_id <> ? and process_id not in (select id from process)`);
  }

  /** Fails with `second_host` where a live process of another host uses the file: SQLite's locks do not reach across a network. */
  async register(process: ProcessInfo, now: Instant): Promise<Registration> {
    const id = await writeTransaction(this.#connection, () => {
      const other = this.#otherHost.get(now, process.host);
      if (other !== undefined) {
        throw new HyoshiError(
          "second_host",
          `the SQLite database is in use by '${other.name}' on host '${other.host}': SQLite serves one host; use PostgreSQL for several`,
          { fields: { host: other.host } },
        );
      }
      const { kind, name, host, pid, info } = process;
      return Number(this.#insert.run(kind, name, host, pid, now, now + LEASE_MS, JSON.stringify(info)).lastInsertRowid);
    });
    return renewedLease(id, siblingModule(import.meta.url, "lease-thread"), { file: this.#file }, this.#clock);
  }

  async announce(processId: number, tasks: readonly Announcement[], now: Instant): Promise<void> {
    await writeTransaction(this.#connection, () => {
      for (const task of tasks) {
        this.#announce.run(task.task, task.schemaHash, processId, JSON.stringify(task), now);
        this.#supersede.run(task.task, processId);
      }
    });
  }
}
