import { expect, it } from "vitest";
import { chain, composite, context, failure, group, named, runOf, sig, success } from "../../test/support/canvas.ts";
import type { WireSignature } from "../message/task-message.ts";
import type { CanvasMessage } from "./canvas-message.ts";
import { failChord, followChord, followUps } from "./follow-ups.ts";
import { withOptions } from "./signature-parts.ts";

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
