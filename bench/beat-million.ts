/** Beat with 1,000,000 enabled schedules, of which few are due: how soon it fires, what it costs, and how soon an edit is in force. */
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../test/support/eventually.ts";
import { createBenchProject, type DatabaseKind, startDurablePostgres } from "./support/bench-project.ts";
import { processorShare, residentMb } from "./support/process-usage.ts";
import { median, percentile, type Result, report, rounded } from "./support/report.ts";

const ENABLED = Number(process.env.HYOSHI_BENCH_ENABLED ?? 1_000_000);
const STARTS = 5;
const EDITS = 20;
const DUE_AFTER_MS = 100;
const day = 86_400_000;

const server = await startDurablePostgres();

async function measure(kind: DatabaseKind): Promise<Result[]> {
  const project = await createBenchProject(kind, server.url);
  try {
    const start = Date.now();
    await project.seed(ENABLED, (index) => {
      const at = start + day + index * 10;
      return { definition: { kind: "clocked", at }, nextAt: at, accountedTo: start };
    });
    const dueAt = (id: number, at: number) =>
      project
        .rows("update schedule set definition = $1 where id = $2", JSON.stringify({ kind: "clocked", at }), id)
        .then(() =>
          project.rows(
            "update schedule_cursor set next_at = $1, accounted_to = $2 where schedule_id = $3",
            at,
            at - 1,
            id,
          ),
        );

    const firsts: number[] = [];
    for (let n = 0; n < STARTS; n += 1) {
      await dueAt(n + 1, Date.now() - 500);
      const started = performance.now();
      const beat = project.start("beat");
      await eventually(async () => (await project.number("select count(*) from firing")) > n, {
        every: 5,
        within: 60_000,
      });
      firsts.push(performance.now() - started);
      await beat.says("at work");
      await beat.end();
    }

    const beat = project.start("beat");
    await beat.says("at work");
    const pid = beat.child.pid ?? 0;
    await sleep(10_000);
    const idle = await processorShare(pid, 20_000);

    // Others fire each second meanwhile, which nobody's edit may delay.
    const firstOther = 100;
    for (let n = 0; n < 10; n += 1) {
      const id = firstOther + n;
      const at = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
      const every = JSON.stringify({ kind: "interval", every: 1, period: "seconds" });
      await project.rows("update schedule set definition = $1 where id = $2", every, id);
      await project.rows(
        "update schedule_cursor set next_at = $1, accounted_to = $2 where schedule_id = $3",
        at,
        at - 1,
        id,
      );
    }
    await sleep(3_000);
    const inForce: number[] = [];
    for (let n = 0; n < EDITS; n += 1) {
      const task = await project.store.find(1_000 + n, Date.now());
      const schedule = task?.schedules[0];
      if (task === undefined || schedule === undefined) throw new Error("the seed is incomplete");
      const at = Date.now() + DUE_AFTER_MS;
      await project.store.update(
        task.id,
        task.version,
        { ...task, schedules: [{ ...schedule, definition: { kind: "clocked", at } }] },
        { now: Date.now(), by: { name: "bench" } },
      );
      await eventually(
        async () =>
          (await project.rows("select 1 from firing where schedule_id = $1 and nominal_at = $2", schedule.id, at))
            .length > 0,
        { every: 1 },
      );
      // What is left is how long after its due time it was fired: nothing but the change being heard of.
      inForce.push(Date.now() - at);
    }
    const others = await project.rows<{ late: number }>(
      "select decided_at - nominal_at as late from firing where schedule_id between $1 and $2 and verdict = 'sent' order by decided_at desc limit 100",
      firstOther,
      firstOther + 9,
    );
    const memory = residentMb(pid);
    await beat.end();
    const figure = (name: string, value: number, unit: string, digits = 0): Result => ({
      figure: `${kind}, ${ENABLED} enabled: ${name}`,
      value: rounded(value, digits),
      unit,
    });
    return [
      figure(`start of the process to the first firing, median of ${STARTS}`, median(firsts), "ms"),
      figure("idle, of one core", idle, "%", 2),
      figure("resident memory", memory, "MB"),
      figure(`an edit due ${DUE_AFTER_MS} ms after it, late by, p50`, percentile(inForce, 0.5), "ms", 1),
      figure(`the same, max of ${EDITS}`, Math.max(...inForce), "ms", 1),
      figure("lateness of the others meanwhile, max", Math.max(...others.map((row) => Number(row.late))), "ms"),
    ];
  } finally {
    await project.close();
  }
}

const results: Result[] = [];
try {
  for (const kind of ["SQLite", "PostgreSQL"] as const) results.push(...(await measure(kind)));
} finally {
  await server.stop();
}
report("beat-million", { enabled: ENABLED, SQLite: "durability process", PostgreSQL: "fsync on" }, results);
