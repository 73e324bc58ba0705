import { describe, expect, it } from "vitest";
import { MessageCodec } from "./message-codec.ts";
import { MessageSeal } from "./message-seal.ts";
import type { NewRun } from "./run.ts";

const now = Date.UTC(2026, 0, 1);
const run: NewRun = {
  ...{ id: "a", task: "app.x", payload: { input: { n: 1 } }, queue: "default", priority: 7 },
  options: { timeLimitMs: 1_500, headers: { trace: "t" }, onLost: "fail", record: "failures" },
  ...{ origin: { kind: "manual", by: "ops" }, availableAt: now, queuedAt: now - 5, parentId: "p", rootId: "r" },
};

async function codec(key = "key"): Promise<MessageCodec> {
  const made = new MessageCodec({ seal: new MessageSeal(async () => key), origin: "gen1@host" });
  await made.ready();
  return made;
}

describe("a run's message", () => {
  it("brings the run back as it was sent, where no row was written before", async () => {
    const own = await codec();
    const message = own.write({ ...run, retries: 0 }, { isRecorded: false, now });
    expect(own.read(message, now)).toEqual({
      run: { ...run, availableAt: now },
      retries: 0,
      isRecorded: false,
      record: "failures",
    });
  });

  it.each([[7], ["text"], [[1, 2]], [null]])("brings back the input %j, which is no object", async (input) => {
    const own = await codec();
    const message = own.write({ ...run, payload: { input }, retries: 0 }, { isRecorded: false, now });
    expect(own.read(message, now).run.payload).toEqual({ input });
  });

  it("says that its row was written, and with which retry it goes", async () => {
    const own = await codec();
    const message = own.write({ ...run, retries: 2, periodicTaskName: "nightly" }, { isRecorded: true, now });
    expect(message.envelope.headers).toMatchObject({ periodic_task_name: "nightly", retries: 2, eta: null });
    expect(own.read(message, now)).toMatchObject({ isRecorded: true, retries: 2, run: { id: "a", task: "app.x" } });
  });

  it("is a client's of another kind for whoever has another key, and when it was changed", async () => {
    const own = await codec();
    const message = own.write({ ...run, retries: 0 }, { isRecorded: true, now });
    const strangers = (await codec("another")).read(message, now);
    expect(strangers).toMatchObject({
      isRecorded: false,
      run: { origin: { kind: "celery" }, wire: { from: "celery" } },
    });
    for (const change of [{ id: "b" }, { task: "app.y" }]) {
      const headers = { ...message.envelope.headers, ...change };
      const read = own.read({ ...message, envelope: { ...message.envelope, headers } }, now);
      expect(read).toMatchObject({ isRecorded: false, run: { origin: { kind: "celery" } } });
    }
  });
});
