import type { ClientConfig } from "pg";
import type { PostgresDriver } from "./load-driver.ts";
import { storedTypes, taskTypes } from "./value-types.ts";

export interface PostgresSettings {
  /** `postgres://` or `postgresql://`, with the query options of PostgreSQL's own clients. */
  readonly url: string;
  /** What the server shows in its list of activities. */
  readonly applicationName: string;
}

/** What a connection is for decides how long it may wait, and how the server plans for it. */
export interface ConnectionUse {
  /** Connections of this use that one process opens at most. */
  readonly most: number;
  /** Those of them that stay open when nobody uses them. Default: none. */
  readonly least?: number;
  /** Settings of the session, as the server names them. */
  readonly session: Readonly<Record<string, string | number>>;
  /** Whose values they carry. Default: hyoshi's own. */
  readonly values?: "own" | "tasks";
  /** Whether a statement is sent before those ahead of it are answered. Default: it waits for them. */
  readonly pipeline?: boolean;
}

/** A statement that takes longer than this is given up, in ms; the hot ones take a few. */
const STATEMENT_MS = 30_000;

/** A host that vanished is noticed after about 25 s, so that nothing it locked stays locked. */
const keptAlive = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 } as const;

/**
 * Each statement has the one right index, while what the tables hold changes faster than the statistics. A plan that cannot
 * do without what is switched off here counts as dear, and would be compiled first, which takes longer than to carry it out.
 */
const byIndex = { enable_seqscan: "off", enable_bitmapscan: "off", jit: "off" } as const;

/**
 * Fire, claim, begin, finish and sweep. A process that stops in the middle of a transaction holds up the others for a second at most.
 * Without bitmap scans, sequential scans, sorts, and joins other than by key: what the tables hold changes faster than the statistics, and
 * each of these statements has the one right index (a claim takes 1 to 2 ms by it, and 95 to 122 where the server sorts the backlog).
 */
export const hotUse: ConnectionUse = {
  most: 4,
  // A firing takes two at once, and a new connection knows neither the tables nor the plans: that costs it 0.2 s.
  least: 2,
  pipeline: true,
  session: {
    ...keptAlive,
    statement_timeout: STATEMENT_MS,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 1_000,
    ...byIndex,
    enable_sort: "off",
    enable_hashjoin: "off",
    enable_mergejoin: "off",
    // Planned once for each connection: there is one plan to find, and to look for it anew takes as long as to carry it out.
    plan_cache_mode: "force_generic_plan",
    // What is switched off counts as dear, and what is dear the server would compile first, for longer than it takes.
    jit: "off",
  },
};

/** What people and programs write by hand: edits, accounts, records, retention. */
export const writeUse: ConnectionUse = {
  most: 4,
  session: {
    ...keptAlive,
    statement_timeout: STATEMENT_MS,
    lock_timeout: 10_000,
    // Longer than for the hot ones: work on many rows is planned between two statements.
    idle_in_transaction_session_timeout: 5_000,
  },
};

/** Lists and pages. They are written to be carried out as they stand: one table after the other, each row of it by an index. */
export const readUse: ConnectionUse = {
  most: 4,
  session: {
    ...keptAlive,
    ...byIndex,
    enable_hashjoin: "off",
    enable_mergejoin: "off",
    join_collapse_limit: 1,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: 1_000,
    default_transaction_read_only: "on",
  },
};

/** What tasks do with their apps' tables: for as long as they like, since nobody else is held up by it. */
export const taskUse = (most: number): ConnectionUse => ({ most, session: keptAlive, values: "tasks" });

/** A migration takes the time that it takes. */
export const migrationUse: ConnectionUse = { most: 2, session: keptAlive };

/** How the driver connects. Nothing of the session's settings goes into the start-up message, which poolers refuse. */
export function connectionConfig(
  driver: PostgresDriver,
  { url, applicationName }: PostgresSettings,
  { session, values = "own", pipeline = false }: ConnectionUse,
): ClientConfig {
  const limit = session.statement_timeout;
  return {
    connectionString: withUsualSslModes(url),
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    // Behind the server's own time-out, for one that does not answer at all.
    ...(limit !== undefined && { query_timeout: Number(limit) + 10_000 }),
    types: values === "own" ? storedTypes(driver) : taskTypes(driver),
    pipeline,
  };
}

/** What a new connection begins with. */
export function sessionStatement({ session }: ConnectionUse): string {
  return Object.entries(session)
    .map(([name, value]) => `set ${name} = ${value}`)
    .join("; ");
}

/** The driver reads `require` as `verify-full` unless it is told to read the modes as PostgreSQL's own clients do. */
function withUsualSslModes(url: string): string {
  if (!/[?&]sslmode=/.test(url) || /[?&]uselibpqcompat=/.test(url)) return url;
  // Known to this driver alone.
  if (/[?&]sslmode=no-verify(&|$)/.test(url)) return url;
  return `${url}&uselibpqcompat=true`;
}
