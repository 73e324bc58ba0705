import Sqlite from "better-sqlite3";
import type { KyselyPlugin } from "kysely";
import type { SqliteConnection } from "../../src/database/sqlite/open-sqlite.ts";

/** What a process that is killed throws, as far as its own code sees it: nothing after the statement happens. */
export class SimulatedCrash extends Sqlite.SqliteError {
  constructor() {
    super("simulated crash", "SQLITE_ABORT");
  }
}

/** Lets a process die before one of its next statements; what its transaction has written is rolled back, as the database does it. */
export class CrashPoint {
  #left = Number.POSITIVE_INFINITY;

  /** Dies before the statement after so many others. */
  arm(statements: number): void {
    this.#left = statements;
  }

  disarm(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  pass(): void {
    if (this.#left <= 0) {
      this.disarm();
      throw new SimulatedCrash();
    }
    this.#left -= 1;
  }
}

/** A connection each of whose statements passes the crash point first. */
export function crashingConnection(connection: SqliteConnection, crash: CrashPoint): SqliteConnection {
  return new Proxy(connection, {
    get(target, key) {
      if (key === "prepare") return (sql: string) => crashingStatement(target.prepare(sql), crash);
      return bound(target, key);
    },
  });
}

function crashingStatement<S extends object>(statement: S, crash: CrashPoint): S {
  const proxy: S = new Proxy(statement, {
    get(target, key) {
      const value = bound(target, key);
      if (typeof value !== "function") return value;
      if (key === "run" || key === "get" || key === "all") {
        return (...values: unknown[]) => {
          crash.pass();
          return value(...values);
        };
      }
      // `pluck` and its like answer the statement itself.
      return (...values: unknown[]) => {
        const answer = value(...values);
        return answer === target ? proxy : answer;
      };
    },
  });
  return proxy;
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? value.bind(target) : value;
}

/** The same for what goes through Kysely. */
export function crashingPlugin(crash: CrashPoint): KyselyPlugin {
  return {
    transformQuery({ node }) {
      crash.pass();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}
