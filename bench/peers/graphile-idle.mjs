// @ts-nocheck Its packages are installed beside it when the benchmark runs, and by nothing else.
/** A peer's process: an idle graphile-worker on the PostgreSQL database that it is given, as its guide shows it. Says when it is ready. */
import { run } from "graphile-worker";

await run({
  connectionString: process.argv[2],
  concurrency: 10,
  noHandleSignals: true,
  taskList: { noop: async () => {} },
});
console.log("ready");
