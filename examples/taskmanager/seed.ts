import type { SeedContext } from "hyoshi";
import * as modelsOfA from "./tapp_a/models.ts";
import * as modelsOfB from "./tapp_b/models.ts";

/** What is there when the admin is opened for the first time. `hyoshi migrate` calls it once, on a new database. */
export async function seed({ db, createPeriodicTask }: SeedContext): Promise<void> {
  const now = Date.now();
  const first = { message: "the first one", created: now, updated: now };
  await db(modelsOfA).insertInto("tapp_a_counter").values(first).execute();
  await db(modelsOfB).insertInto("tapp_b_counter").values(first).execute();

  await createPeriodicTask({
    name: "Say hello",
    task: "tapp_a.hello_from_a",
    input: { message: "hello from the example", passOn: true },
    schedules: [
      { name: "often", kind: "interval", every: 15, period: "seconds" },
      {
        name: "at sunset in Tokyo",
        kind: "solar",
        event: "sunset",
        latitude: 35.68,
        longitude: 139.77,
        input: { message: "good evening" },
      },
    ],
    tags: ["hello"],
    description: "Greets from tapp_a, which passes the greeting on to tapp_b.\n\nNobody is hurt when it fails.",
  });
  await createPeriodicTask({
    name: "Count in B, and in A as well",
    task: "tapp_b.counter_upper",
    input: { counterId: 1, alsoInA: true },
    schedules: [{ kind: "crontab", expression: "* * * * *" }],
    tags: ["counter"],
    description:
      "Adds 1 to tapp_b's counter each minute and sends tapp_a's task.\n\n**Who is hurt**: nobody, but the numbers fall behind.\n\n**What to do**: look whether counter 1 was deleted in the admin.\n\n**How to recover**: run it once for each minute that is missing, with `by`.",
  });
  await createPeriodicTask({
    name: "Raise A's counter from B",
    task: "tapp_b.counter_upper_task_a_from_b",
    input: { counterId: 1 },
    schedules: [{ kind: "interval", every: 2, period: "minutes" }],
    tags: ["counter"],
  });
  await createPeriodicTask({
    name: "Unreliable neighbour",
    task: "tapp_a.unreliable",
    input: { failures: 0.6 },
    schedules: [{ kind: "interval", every: 1, period: "minutes" }],
    tags: ["demo"],
    description: "Fails now and then: most attempts fail, and two retries do not always help.",
  });
  await createPeriodicTask({
    name: "Long walk",
    task: "tapp_a.long_walk",
    input: {},
    schedules: [{ kind: "interval", every: 5, period: "minutes" }],
    overlap: "skip",
    tags: ["demo"],
    description: "Takes 30 seconds. Its runs show progress, and can be cancelled.",
  });
  await createPeriodicTask({
    name: "Weekly sales report",
    task: "tapp_b.sales_report",
    input: {
      title: "Sales of the week",
      kind: "daily",
      period: { from: "2026-01-05", to: "2026-01-11" },
      recipients: [{ name: "Sales", email: "sales@example.com", language: "ja" }],
    },
    schedules: [
      { name: "Monday morning", kind: "crontab", expression: "0 9 * * 1" },
      { name: "end of the month", kind: "crontab", expression: "0 18 28-31 * *", enabled: false },
    ],
    tags: ["report"],
  });
}
