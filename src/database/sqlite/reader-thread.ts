/** A thread that runs reading statements on a connection of its own, so that a long list never stops the event loop. */
import { parentPort, workerData } from "node:worker_threads";
import { openSqliteReader } from "./open-sqlite.ts";
import { execute } from "./sqlite-dialect.ts";

const { file } = workerData as { file: string };
const connection = openSqliteReader(file);

parentPort?.on("message", ({ id, sql, parameters }: { id: number; sql: string; parameters: readonly unknown[] }) => {
  try {
    parentPort?.postMessage({ id, rows: execute(connection, sql, parameters).rows });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    parentPort?.postMessage({ id, failure: { message: error instanceof Error ? error.message : String(error), code } });
  }
});
