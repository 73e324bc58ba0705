import { expect, it } from "vitest";
import { z } from "zod";
import { createTestWorker } from "../../test/support/test-worker.ts";
import type { NewRun } from "../run/run.ts";
import { task } from "../task/task.ts";
import { uniqueOf } from "./unique-of.ts";

const run = () => null;
const input = z.object({ customer: z.number(), note: z.string().default("") });
const ofCustomer = task("app.of_customer", {
  input,
  unique: { forMs: 1_000, key: ({ customer }) => `${customer}` },
  run,
});
const plain = task("app.plain", { input, run });

const runOf = (name: string, given: object) => ({ task: name, payload: { input: given } }) as unknown as NewRun;

it("goes by the key that the task makes of the input, or by the whole input", () => {
  const key = (given: object) => uniqueOf(runOf("app.of_customer", given), undefined, ofCustomer)?.key;
  expect(key({ customer: 1, note: "a" })).toBe(key({ note: "b", customer: 1 }));
  expect(key({ customer: 1 })).not.toBe(key({ customer: 2 }));
  const whole = (given: object) => uniqueOf(runOf("app.plain", given), true, plain)?.key;
  expect(whole({ customer: 1, note: "a" })).toBe(whole({ note: "a", customer: 1 }));
  expect(whole({ customer: 1, note: "a" })).not.toBe(whole({ customer: 1, note: "b" }));
});

it("lets a send say otherwise than its task", () => {
  const sent = runOf("app.of_customer", { customer: 1 });
  expect(uniqueOf(sent, undefined, ofCustomer)).toMatchObject({ forMs: 1_000 });
  expect(uniqueOf(sent, false, ofCustomer)).toBeUndefined();
  expect(uniqueOf(sent, { forMs: 5 }, ofCustomer)).toMatchObject({ forMs: 5 });
  expect(uniqueOf(runOf("app.plain", {}), undefined, plain)).toBeUndefined();
  expect(() => uniqueOf(sent, { key: "" }, ofCustomer)).toThrow(
    expect.objectContaining({ code: "invalid_send_option" }),
  );
  expect(() => uniqueOf(sent, { forMs: 0 }, ofCustomer)).toThrow("unique.forMs");
});

it("answers later sends with the first one's run and result", async () => {
  const { client } = createTestWorker([ofCustomer, plain]);
  const first = await client.send(ofCustomer, { customer: 7 });
  const again = await client.send(ofCustomer, { customer: 7, note: "again" });
  expect([again.id, first.added, again.added]).toEqual([first.id, true, false]);
  const own = await client.send(ofCustomer, { customer: 7 }, { unique: false });
  expect(own.id).not.toBe(first.id);
  const many = await client.sendMany(
    [1, 2].map(() => ({ task: plain, input: { customer: 1 }, options: { unique: true } })),
  );
  expect(many[0]?.id).toBe(many[1]?.id);
});
