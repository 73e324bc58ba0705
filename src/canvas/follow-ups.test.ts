import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { decodeTask } from "../message/decode-task.ts";
import { encodeTask } from "../message/encode-task.ts";
import type { Embed, WireSignature } from "../message/task-message.ts";
import { applySignature } from "./apply-signature.ts";
import { builtInTask } from "./built-in-task.ts";
import type { CanvasContext, CanvasMessage } from "./canvas-message.ts";
import { chordSize } from "./chord-size.ts";
import { failChord, followChord, followUps } from "./follow-ups.ts";
import { replaceRun } from "./replace-run.ts";
import { retryMessage } from "./retry-message.ts";
import { withOptions } from "./signature-parts.ts";

const context = (): CanvasContext => {
  let count = 0;
  const newId = () => {
    count += 1;
    return `new-${count}`;
  };
  return { newId, now: 1_000_000 };
};

const sig = (task: string, ...args: Json[]): WireSignature => ({
  task,
  args,
  kwargs: {},
  options: {},
  subtask_type: null,
  immutable: false,
});
const composite = (kind: string, kwargs: JsonObject): WireSignature => ({
  ...sig(`celery.${kind}`),
  kwargs,
  subtask_type: kind,
});
const chain = (...tasks: WireSignature[]) => composite("chain", { tasks });
const group = (...tasks: WireSignature[]) => composite("group", { tasks });
const chord = (header: readonly WireSignature[], body: WireSignature) =>
  composite("chord", { header, body, kwargs: {} });
const named = (id: string, signature: WireSignature) => withOptions(signature, { task_id: id });

const runOf = (embed: Embed, more: Partial<CanvasMessage> = {}): CanvasMessage => ({
  id: "run",
  task: "proj.first",
  args: [],
  kwargs: {},
  embed,
  retries: 0,
  headers: {},
  ...more,
});
const success = (result: Json) => ({ state: "SUCCESS", result }) as const;
const failure = {
  state: "FAILURE",
  exception: { exc_type: "ValueError", exc_message: ["boom"], exc_module: "builtins" },
  traceback: "Traceback …",
} as const;

it("sends nothing after a run that nothing follows", () => {
  expect(followUps(runOf({}), success(1), context())).toEqual({ chords: [], messages: [], children: [], endings: [] });
  expect(followUps(runOf({ chain: [] }), failure, context())).toEqual({
    chords: [],
    messages: [],
    children: [],
    endings: [],
  });
});

it("applies group callbacks each for itself, and the others as one group", () => {
  const callbacks = [sig("a"), group(sig("b"), sig("c")), sig("d")];
  const { messages, children } = followUps(runOf({ callbacks }), success(7), context());
  expect(messages.map(({ task, args, groupIndex }) => [task, args, groupIndex])).toEqual([
    ["b", [7], 0],
    ["c", [7], 1],
    ["a", [7], 0],
    ["d", [7], 1],
  ]);
  expect(new Set(messages.map(({ groupId }) => groupId)).size).toBe(2);
  expect(children).toHaveLength(2);
});

it("lets a chain that is a step end before the rest goes on", () => {
  const inner = chain(named("1", sig("a")), named("2", sig("b")));
  const steps = { chain: [named("3", sig("last")), inner] };
  const [first] = followUps(runOf(steps), success(7), context()).messages;
  expect(first).toMatchObject({ id: "1", task: "a", args: [7], parentId: "run", rootId: "run" });
  expect(first?.embed.chain?.map(({ task }) => task)).toEqual(["last", "b"]);
  const [second] = followUps(first as CanvasMessage, success(8), context()).messages;
  expect(second).toMatchObject({ id: "2", task: "b", args: [8], parentId: "1", rootId: "run" });
  const [third] = followUps(second as CanvasMessage, success(9), context()).messages;
  expect(third).toMatchObject({ id: "3", task: "last", args: [9], embed: { chain: [] } });
});

it("gives an immutable step nothing of the result", () => {
  const step = { ...named("1", sig("a", "own")), immutable: true };
  expect(followUps(runOf({ chain: [step] }), success(7), context()).messages[0]?.args).toEqual(["own"]);
});

it("makes a chord of a group that steps come after, whose body takes over the rest", () => {
  const steps = [
    named("z", sig("z")),
    named("y", sig("y")),
    named("g", group(named("a", sig("a")), named("b", sig("b")))),
  ];
  const { messages, chords, children } = followUps(runOf({ chain: steps }), success(7), context());
  expect(chords).toEqual([
    {
      groupId: "g",
      size: 2,
      members: [
        [["a", null], null],
        [["b", null], null],
      ],
    },
  ]);
  expect(
    messages.map(({ id, args, groupId, groupIndex, parentId }) => [id, args, groupId, groupIndex, parentId]),
  ).toEqual([
    ["a", [7], "g", 0, "run"],
    ["b", [7], "g", 1, "run"],
  ]);
  expect(children).toEqual([
    [
      ["g", null],
      [
        [["a", null], null],
        [["b", null], null],
      ],
    ],
  ]);
  const body = messages[0]?.embed.chord as WireSignature;
  const [y] = followChord(messages[1] as CanvasMessage, body, [1, 2], context()).messages;
  expect(y).toMatchObject({ id: "y", args: [[1, 2]], rootId: "run", parentId: "run", groupId: "g" });
  expect(y?.embed).toEqual({ chain: [steps[0]] });
  expect(followUps(y as CanvasMessage, success(3), context()).part).toBeUndefined();
});

it("sends a group as the last step, and nothing after it", () => {
  const { messages, chords } = followUps(
    runOf({ chain: [group(sig("a"), group(sig("b"), sig("c")))] }),
    success(7),
    context(),
  );
  expect(messages.map(({ task, groupIndex, embed }) => [task, groupIndex, embed.chain])).toEqual([
    ["a", 0, []],
    ["b", 1, []],
    ["c", 2, []],
  ]);
  expect(chords).toEqual([]);
});

it("counts each member of a header by what ends it", () => {
  const header = [chain(sig("a"), sig("b")), chord([sig("c"), sig("d")], sig("e")), group(sig("f"), sig("g"))];
  const { messages, chords } = applySignature(chord(header, sig("sum")), {}, context());
  const [outer, inner] = chords.toSorted((one, other) => other.size - one.size);
  expect([outer?.size, inner?.size]).toEqual([4, 2]);
  const of = (task: string) => messages.find((message) => message.task === task);
  expect(of("a")?.groupId).toBeUndefined();
  const [b] = of("a")?.embed.chain ?? [];
  expect(b?.options).toMatchObject({ group_id: outer?.groupId, group_index: 0, chord: { task: "sum" } });
  expect(of("c")).toMatchObject({
    groupId: inner?.groupId,
    embed: { chord: { task: "e", options: { group_id: outer?.groupId, group_index: 1 } } },
  });
  expect([of("f"), of("g")].map((message) => [message?.groupId, message?.groupIndex])).toEqual([
    [outer?.groupId, 2],
    [outer?.groupId, 3],
  ]);
});

it("gives the body of a chord with an empty header no results", () => {
  const { messages, chords } = applySignature(chord([], sig("sum")), {}, context());
  expect(messages.map(({ task, args }) => [task, args])).toEqual([["sum", [[]]]]);
  expect(chords).toEqual([]);
});

it("ends all that a failure leaves unreached, also within groups and chords", () => {
  const body = named("body", withOptions(sig("sum"), { group_id: "outer", group_index: 2, chord: sig("whole") }));
  const header = named("g", group(named("a", sig("a")), named("b", sig("b"))));
  const steps = [named("last", sig("last")), composite("chord", { header, body, kwargs: {} })];
  const { endings, messages, part } = followUps(runOf({ chain: steps, errbacks: [sig("oops")] }), failure, context());
  expect(endings.map(({ id }) => id)).toEqual(["last", "a", "b", "body"]);
  expect(
    endings.every(({ exception, traceback }) => exception === failure.exception && traceback === failure.traceback),
  ).toBe(true);
  expect(endings.at(-1)?.part).toEqual({ groupId: "outer", groupIndex: 2, body: sig("whole") });
  expect(messages.map(({ task, args, parentId }) => [task, args, parentId])).toEqual([["oops", ["run"], "run"]]);
  expect(part).toBeUndefined();
});

it("calls no errbacks for a run that was revoked, but ends what waits behind it", () => {
  const revoked = { ...failure, state: "REVOKED" } as const;
  const steps = { chain: [named("last", sig("last"))], errbacks: [sig("oops")], chord: sig("sum") };
  const { endings, messages, part } = followUps(runOf(steps, { groupId: "g" }), revoked, context());
  expect(endings).toMatchObject([{ id: "last", state: "REVOKED" }]);
  expect(messages).toEqual([]);
  expect(part).toEqual({ groupId: "g", groupIndex: null, body: sig("sum") });
});

it("counts nothing for a group alone, nor for a body alone", () => {
  expect(followUps(runOf({}, { groupId: "g", groupIndex: 0 }), success(1), context()).part).toBeUndefined();
  expect(followUps(runOf({ chord: sig("sum") }), success(1), context()).part).toBeUndefined();
});

it("fails a chord's body with what would have followed it", () => {
  const rest = [named("later", sig("later"))];
  const body = named("body", withOptions(sig("sum"), { link_error: [sig("oops", 1)], chain: rest }));
  const { endings, messages } = failChord(body, "Dependency a raised ValueError('boom')", context());
  expect(messages.map(({ task, args, parentId, rootId }) => [task, args, parentId, rootId])).toEqual([
    ["oops", ["body", 1], "body", "body"],
  ]);
  const exception = {
    exc_type: "ChordError",
    exc_message: ["Dependency a raised ValueError('boom')"],
    exc_module: "celery.exceptions",
  };
  expect(endings.map((ending) => [ending.id, ending.exception])).toEqual([
    ["body", exception],
    ["later", exception],
  ]);
});

it("fails each member of a body that is a group", () => {
  const body = withOptions(named("g", group(named("a", sig("a")), named("b", sig("b")))), {
    link_error: [sig("oops")],
  });
  const { endings, messages } = failChord(body, "why", context());
  expect(messages.map(({ args }) => args)).toEqual([["a"], ["b"]]);
  expect(endings.map(({ id }) => id)).toEqual(["g", "a", "b"]);
});

it("links to the end of a chain, and errbacks to each of its steps", () => {
  const linked = withOptions(chain(sig("a"), group(sig("b"), sig("c")), sig("d")), {
    link: [sig("ok")],
    link_error: [sig("oops")],
  });
  const [first] = applySignature(linked, {}, context()).messages;
  expect(first?.embed.errbacks?.map(({ task }) => task)).toEqual(["oops"]);
  expect(first?.embed.callbacks).toBeUndefined();
  const { messages } = followUps(first as CanvasMessage, success(1), context());
  const body = messages[0]?.embed.chord;
  expect(body?.options).toMatchObject({ link: [sig("ok")], link_error: [sig("oops")] });
});

it("asks for another execution of the same run", () => {
  const run = runOf(
    { chain: [sig("a")] },
    { parentId: "parent", rootId: "root", origin: "gen1@host", headers: { own: 1 } },
  );
  expect(retryMessage(run, 5)).toEqual({ ...run, origin: undefined, retries: 1, eta: 5 });
  expect(retryMessage(runOf({}), 5)).toMatchObject({ id: "run", retries: 1, parentId: "run", rootId: "run" });
});

it("replaces a run by a chain that ends under its id, with what follows it", () => {
  const run = runOf(
    { chain: [named("later", sig("later"))], callbacks: [sig("ok")], chord: sig("sum") },
    { groupId: "g", groupIndex: 1, headers: { replaced_task_nesting: 1 } },
  );
  const [first] = replaceRun(run, chain(sig("a"), sig("b")), context()).messages;
  expect(first).toMatchObject({ task: "a", rootId: "run", parentId: "run", headers: { replaced_task_nesting: 2 } });
  const [later, last] = first?.embed.chain ?? [];
  expect(later?.task).toBe("later");
  expect(last?.options).toMatchObject({
    task_id: "run",
    link: [sig("ok")],
    group_id: "g",
    group_index: 1,
    chord: sig("sum"),
  });
});

it("replaces a run by a group, whose results are handed on under its id", () => {
  const { messages, chords } = replaceRun(runOf({ callbacks: [sig("ok")] }), group(sig("a"), sig("b")), context());
  expect(chords).toMatchObject([{ size: 2 }]);
  const body = messages[0]?.embed.chord as WireSignature;
  expect(body).toMatchObject({ task: "celery.accumulate", options: { task_id: "run", link: [sig("ok")] } });
  const [after] = followChord(messages[1] as CanvasMessage, body, [1, 2], context()).messages;
  expect(builtInTask(after as CanvasMessage)).toEqual({ kind: "result", result: [1, 2] });
});

it("carries out the tasks that every Celery worker knows", () => {
  const of = (task: string, args: readonly Json[], kwargs: JsonObject = {}) => builtInTask({ task, args, kwargs });
  expect(of("celery.map", [], { task: sig("a"), it: [[1], 2] })).toEqual({
    kind: "calls",
    task: "a",
    calls: [
      { args: [[1]], kwargs: {} },
      { args: [2], kwargs: {} },
    ],
  });
  expect(of("celery.starmap", [], { task: sig("a"), it: [[1, 2]] })).toMatchObject({ calls: [{ args: [1, 2] }] });
  expect(of("celery.accumulate", [1, 2])).toEqual({ kind: "result", result: [1, 2] });
  expect(of("celery.backend_cleanup", [])).toEqual({ kind: "result", result: null });
  const members = [[["a", null], null]];
  expect(of("celery.chord_unlock", ["g", sig("sum")], { interval: null, max_retries: null, result: members })).toEqual({
    kind: "unlock",
    groupId: "g",
    body: sig("sum"),
    members,
    againMs: 1000,
  });
  expect(of("celery.chord_unlock", ["g"])).toBeUndefined();
  expect(of("proj.add", [])).toBeUndefined();
});

it("turns the options of a signature into those of its message", () => {
  const signature = withOptions(sig("a"), {
    countdown: 2.5,
    expires: 60,
    time_limit: 30,
    soft_time_limit: 20,
    priority: 3,
    routing_key: "q",
    reply_to: "r",
    shadow: "s",
    ignore_result: true,
    headers: { own: 1 },
    stamped_headers: ["customer"],
    customer: "acme",
    serializer: "pickle",
    root_id: null,
  });
  const [message] = applySignature(signature, { options: { customer: "other", shadow: null } }, context()).messages;
  expect(message).toEqual({
    id: "new-1",
    task: "a",
    args: [],
    kwargs: {},
    embed: {},
    eta: 1_002_500,
    expires: 1_060_000,
    retries: 0,
    timeLimit: { hard: 30, soft: 20 },
    shadow: "s",
    ignoreResult: true,
    replyTo: "r",
    headers: { own: 1, stamped_headers: ["customer"], stamps: { customer: "acme" } },
    queue: "q",
    priority: 3,
  });
  const [onRedis] = applySignature(signature, {}, { ...context(), priorities: "low-first" }).messages;
  expect(onRedis?.priority).toBe(6);
  const dated = withOptions(sig("a"), {
    eta: { __type__: "datetime", __value__: "2031-02-03T04:05:06+00:00" },
    exchange: "topics",
    routing_key: "k",
  });
  const [later] = applySignature(dated, {}, context()).messages;
  expect([later?.eta, later?.queue]).toEqual([Date.UTC(2031, 1, 3, 4, 5, 6), undefined]);
});

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

it("knows the size of what has none", () => {
  expect([chain(), group(), chord([], chain()), composite("chord", {})].map(chordSize)).toEqual([0, 0, 0, 0]);
});
