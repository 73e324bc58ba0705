import fc from "fast-check";
import { expect, it } from "vitest";
import { chain, chord, context, failure, group, runOf, sig, success } from "../../test/support/canvas.ts";
import type { JsonObject } from "../base/json.ts";
import { decodeTask } from "../message/decode-task.ts";
import { encodeTask } from "../message/encode-task.ts";
import type { WireSignature } from "../message/task-message.ts";
import { applySignature } from "./apply-signature.ts";
import { builtInTask } from "./built-in-task.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { failChord, followChord, followUps } from "./follow-ups.ts";
import { replaceRun } from "./replace-run.ts";

const leaf = fc.record({
  task: fc.constantFrom("a", "b", "celery.chunks"),
  kwargs: fc.constantFrom({}, { task: sig("x"), it: [[1], [2], [3]], n: 2 }),
  options: fc.constantFrom({}, { link: [sig("l")], link_error: sig("e") }),
  immutable: fc.boolean(),
});

const { canvas } = fc.letrec<{ canvas: WireSignature }>((tie) => ({
  canvas: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.array(tie("canvas"), { maxLength: 3 }).map((tasks) => chain(...tasks)),
    fc.array(tie("canvas"), { maxLength: 3 }).map((tasks) => group(...tasks)),
    fc.tuple(fc.array(tie("canvas"), { maxLength: 3 }), tie("canvas")).map(([header, body]) => chord(header, body)),
  ),
}));

it("brings every canvas to its end, with each chord counted exactly", () => {
  fc.assert(
    fc.property(canvas, fc.boolean(), (signature, fails) => {
      const ctx = context();
      const stops = walk(applySignature(signature, { args: [0] }, ctx), ctx, fails);
      expect(stops).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/**
 * Executes what was sent, and all that follows, over the wire's form; the third run fails, if asked to. Answers the chords that were left incomplete, or
 * counted more often than they should be.
 */

function walk(
  applied: Pick<ReturnType<typeof applySignature>, "messages" | "chords">,
  ctx: CanvasContext,
  fails: boolean,
): readonly string[] {
  const queue: CanvasMessage[] = [...applied.messages];
  const sizes = new Map(applied.chords.map(({ groupId, size }) => [groupId, size]));
  const counts = new Map<string, { done: number; failed: boolean }>();
  const take = (follows: ReturnType<typeof followUps>) => {
    for (const { groupId, size } of follows.chords) sizes.set(groupId, size);
    queue.push(...follows.messages);
  };
  const count = (
    part: { readonly groupId: string; readonly body: WireSignature } | undefined,
    run: CanvasMessage,
    isFailure: boolean,
  ) => {
    if (part === undefined) return;
    const before = counts.get(part.groupId) ?? { done: 0, failed: false };
    const now = { done: before.done + 1, failed: before.failed || isFailure };
    counts.set(part.groupId, now);
    if (now.done !== sizes.get(part.groupId)) return;
    const follows = now.failed ? failChord(part.body, "why", ctx) : followChord(run, part.body, [], ctx);
    take(follows);
    for (const ending of follows.endings) count(ending.part, run, true);
  };
  for (let index = 0; index < queue.length; index += 1) {
    expect(index).toBeLessThan(2000);
    const sent = queue[index] as CanvasMessage;
    const run = decodeTask(encodeTask(sent, { origin: "gen1@host" }));
    const isFailure = fails && index === 2;
    const follows = followUps(run, isFailure ? failure : success(index), ctx);
    take(follows);
    for (const ending of follows.endings) count(ending.part, run, true);
    count(follows.part, run, isFailure);
  }
  return [...sizes].flatMap(([groupId, size]) =>
    counts.get(groupId)?.done === size ? [] : [`${groupId}: ${counts.get(groupId)?.done} of ${size}`],
  );
}

it("never fails on a signature that could be read", () => {
  const names = fc.constantFrom(
    "task_id",
    "group_id",
    "chord",
    "chain",
    "link",
    "eta",
    "countdown",
    "expires",
    "priority",
    "queue",
    "headers",
    "stamped_headers",
    "time_limit",
  );
  const odd = fc.record({
    task: fc.constantFrom("a", "celery.chunks", "celery.map"),
    args: fc.constantFrom([], null),
    kwargs: fc.dictionary(fc.constantFrom("tasks", "header", "body", "task", "it", "n", "kwargs"), fc.jsonValue()),
    options: fc.dictionary(names, fc.jsonValue()),
    subtask_type: fc.constantFrom(null, "chain", "group", "chord", "other"),
  }) as fc.Arbitrary<WireSignature>;
  fc.assert(
    fc.property(odd, odd, (first, second) => {
      const embed = { callbacks: [first, second], errbacks: [first], chain: [first, second], chord: second };
      for (const ending of [success(1), failure]) followUps(runOf(embed, { groupId: "g" }), ending, context());
      failChord(first, "why", context());
      replaceRun(runOf(embed), first, context());
      builtInTask({ task: "celery.map", args: [], kwargs: first as JsonObject });
    }),
    { numRuns: 500 },
  );
});
