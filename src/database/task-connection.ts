import type { Kysely } from "kysely";

/** What one run has of the database. */
export interface TaskConnection {
  // biome-ignore lint/suspicious/noExplicitAny: the tables are the app's own; `db(models)` gives them their types.
  readonly db: Kysely<any>;
  /** Rolls back what is open and gives the connection back. What is asked of it afterwards fails with `run_ended`. */
  release(): void;
}

/** A connection for each run that asks for one, apart from hyoshi's own and from every other run's. */
export interface TaskConnections {
  /** `task` is named in errors. */
  open(task: string): TaskConnection;
  close(): Promise<void>;
}
