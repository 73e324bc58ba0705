import { expect, it } from "vitest";
import { chain, chord, composite, context, group, sig, success } from "../../test/support/canvas.ts";
import { applySignature } from "./apply-signature.ts";
import type { CanvasMessage } from "./canvas-message.ts";
import { chordSize } from "./chord-size.ts";
import { followUps } from "./follow-ups.ts";
import { withOptions } from "./signature-parts.ts";

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

it("knows the size of what has none", () => {
  expect([chain(), group(), chord([], chain()), composite("chord", {})].map(chordSize)).toEqual([0, 0, 0, 0]);
});
