import { randomUUID } from "node:crypto";
import { createClient } from "@redis/client";

/** How many messages are executed, and sent, at once. */
const IN_FLIGHT = 64;
const PIPELINED = 1_000;
const RESULT = JSON.stringify({
  status: "SUCCESS",
  result: null,
  traceback: null,
  children: [],
  date_done: "x".repeat(32),
});

export interface RawRates {
  /** LPUSH of messages of this size, pipelined. */
  readonly sends: number;
  /** Taking, leasing, storing a result, telling it, and settling, pipelined for 64 messages at a time. */
  readonly works: number;
}

/**
 * What this Redis can do for one Node process at best: the commands that sending and executing a message cannot do without, with the same bytes, pipelined,
 * and nothing around them.
 */
export async function rawRates(url: string, envelope: string, count: number): Promise<RawRates> {
  const client = createClient({ url });
  await client.connect();
  try {
    const started = performance.now();
    for (let sent = 0; sent < count; sent += PIPELINED) {
      await Promise.all(Array.from({ length: PIPELINED }, () => client.lPush("raw", envelope)));
    }
    const sends = count / ((performance.now() - started) / 1_000);
    const begun = performance.now();
    let done = 0;
    for (;;) {
      const taken = await client.rPopCount("raw", IN_FLIGHT);
      if (taken === null || taken.length === 0) break;
      done += taken.length;
      const tags = taken.map(() => randomUUID());
      const leased = tags.map((tag, index) => client.hSet("raw-unacked", tag, taken[index] ?? ""));
      const scored = client.zAdd(
        "raw-index",
        tags.map((value) => ({ value, score: 1 })),
      );
      await Promise.all([...leased, scored]);
      const stored = tags.map((tag) => client.setEx(`celery-task-meta-${tag}`, 86_400, RESULT));
      const told = tags.map((tag) => client.publish(`celery-task-meta-${tag}`, RESULT));
      await Promise.all([...stored, ...told, client.hDel("raw-unacked", tags), client.zRem("raw-index", tags)]);
    }
    const works = done / ((performance.now() - begun) / 1_000);
    return { sends, works };
  } finally {
    await client.flushDb();
    await client.close();
  }
}
