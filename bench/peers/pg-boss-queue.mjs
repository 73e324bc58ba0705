// @ts-nocheck Its packages are installed beside it when the benchmark runs, and by nothing else.
/** A peer's process: pg-boss on the PostgreSQL database that it is given, fetching and completing 1,000 jobs at a time. Writes one line of JSON. */

// Not by its name: its own types do not compile.
const { PgBoss } = await import(String("pg-boss"));

const [connectionString, count] = [process.argv[2], Number(process.argv[3])];
const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
boss.on("error", console.error);
await boss.start();
await boss.createQueue("noop");
for (let from = 0; from < count; from += 1_000) {
  await boss.insert(
    "noop",
    Array.from({ length: 1_000 }, (_, n) => ({ data: { n: from + n } })),
  );
}
const start = performance.now();
let done = 0;
for (;;) {
  const jobs = await boss.fetch("noop", { batchSize: 1_000 });
  if (jobs.length === 0) break;
  await boss.complete(
    "noop",
    jobs.map(({ id }) => id),
  );
  done += jobs.length;
}
console.log(JSON.stringify({ perSecond: done / ((performance.now() - start) / 1_000), late: [] }));
await boss.stop({ graceful: false });
process.exit();
