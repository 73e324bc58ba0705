import { expect, it } from "vitest";
import { envelopeOfRedis, runSamples, sentSamples, signatureSamples } from "../../test/support/celery-samples.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { decodeTask } from "../message/decode-task.ts";
import { encodeTask } from "../message/encode-task.ts";
import { readPythonJson } from "../message/python-json-read.ts";
import { decodeResult, type ResultRecord } from "../message/result-record.ts";
import type { TaskMessage, WireSignature } from "../message/task-message.ts";
import { exceptionRepr } from "../message/wire-exception.ts";
import { applySignature } from "./apply-signature.ts";
import type { CanvasContext } from "./canvas-message.ts";
import { chordSize } from "./chord-size.ts";
import { type Ending, failChord, followChord, followUps } from "./follow-ups.ts";
import { replaceRun } from "./replace-run.ts";
import { retryMessage } from "./retry-message.ts";
import { idOf } from "./signature-parts.ts";

const context = (): CanvasContext => {
  let count = 0;
  const newId = () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
  };
  return { newId, now: Date.UTC(2026, 10, 22), priorities: "low-first" };
};

/** What Celery wrote while the sample ran. */
function storyOf(name: string) {
  const { steps } = runSamples[name] ?? { steps: [] };
  const sent = steps.flatMap((step) =>
    "sent" in step && step.to === "celery" ? [decodeTask(envelopeOfRedis(step.sent))] : [],
  );
  const records = steps.flatMap((step) => ("stored" in step ? [decodeResult(readPythonJson(step.stored))] : []));
  const counted = steps.flatMap((step) =>
    "counted" in step ? [{ ...step, member: readPythonJson(step.counted) as readonly Json[] }] : [],
  );
  const sizes = steps.flatMap((step) => ("size" in step ? [step.size] : []));
  const recordOf = (id: string) => records.find((record) => record.id === id && record.dateDone !== null);
  return { sent, records, counted, sizes, recordOf };
}

const versions = ["celery52", "celery56"];
const inBoth = (...names: string[]) => versions.flatMap((version) => names.map((name) => `${version}-run-${name}`));

it.each([
  ...inBoth(
    "success",
    "chain",
    "link",
    "link-multi",
    "group",
    "compressed",
    "failure",
    "chain-fail",
    "link-error-remote",
    "link-error",
  ),
  // Workers of 5.2 give the header of a chord that is a step a new id.
  "celery56-run-chord-of-groups",
])("lets follow what followed in %s", (name) => {
  const { sent, records, sizes, recordOf } = storyOf(name);
  const inputs = sent.filter(({ id }) => recordOf(id) !== undefined);
  expect(inputs.length).toBeGreaterThan(0);
  for (const run of inputs) {
    const record = recordOf(run.id) as ResultRecord;
    const follows = followUps(run, endingOf(record), context());
    // The body of a chord follows its last member by way of the result backend.
    const expected = sent.filter(({ id, parentId }) => parentId === run.id && id !== run.id && !isBody(id, sent));
    const like = (messages: readonly TaskMessage[]) => messages.map(name.startsWith("celery52") ? unindexed : onWire);
    expect(alike([like(follows.messages), follows.children], run)).toEqual(
      alike([like(expected), record.children], run),
    );
    if (follows.chords.length > 0) expect(follows.chords.map(({ size }) => size)).toEqual(sizes);
    const others = records.filter(
      ({ state, id }) => state === record.state && id !== run.id && !sent.some((one) => one.id === id),
    );
    const endings = others.map(({ id, result, traceback, state }) => ({ id, exception: result, traceback, state }));
    if (record.state === "FAILURE") expect(follows.endings).toMatchObject(endings);
  }
});

it.each(inBoth("chord", "chord-nested", "chord-of-groups", "chord-fail"))(
  "counts and completes the chord of %s",
  (name) => {
    const { sent, counted, recordOf } = storyOf(name);
    const parts = counted.map(({ score, key, member: [, id, state, result] }) => {
      const run = sent.find((message) => message.id === id) as TaskMessage;
      const record = recordOf(run.id) as ResultRecord;
      expect(record).toMatchObject({ state, result });
      const { part } = followUps(run, endingOf(record), context());
      expect(part).toEqual({
        groupId: key.replace(/^celery-taskset-meta-|\.j$/g, ""),
        groupIndex: Number(score),
        body: run.embed.chord,
      });
      return { run, body: part?.body as WireSignature, record, index: part?.groupIndex ?? 0 };
    });
    const last = parts.at(-1);
    if (last === undefined) throw new Error("no chord");
    const bodyId = (last.body.options as JsonObject).task_id;
    const failed = parts.find(({ record }) => record.state !== "SUCCESS");
    if (failed === undefined) {
      const results = parts.toSorted((a, b) => a.index - b.index).map(({ record }) => record.result);
      const follows = followChord(last.run, last.body, results, context());
      expect(alike(follows.messages.map(onWire), last.run)).toEqual(
        alike(sent.filter(({ id }) => id === bodyId).map(onWire), last.run),
      );
      return;
    }
    const message = `Dependency ${failed.run.id} raised ${exceptionRepr(failed.record.result)}`;
    const follows = failChord(last.body, message, context());
    const errbacks = sent.filter(({ parentId }) => parentId === bodyId);
    const like = (messages: readonly TaskMessage[]) => messages.map(name.startsWith("celery52") ? unindexed : onWire);
    expect(alike(like(follows.messages), last.run)).toEqual(alike(like(errbacks), last.run));
    expect(follows.endings).toMatchObject([{ id: bodyId, exception: recordOf(String(bodyId))?.result }]);
  },
);

it.each(inBoth("retry", "retry-exhausted"))("asks for another execution as in %s", (name) => {
  const [first, second] = storyOf(name).sent;
  if (first === undefined || second?.eta === undefined) throw new Error("no retry");
  expect(onWire(retryMessage(first, second.eta))).toEqual(onWire(second));
});

it("replaces a run as Celery 5.6 does", () => {
  const [first, second] = storyOf("celery56-run-replace").sent;
  if (first === undefined || second === undefined) throw new Error("no replacement");
  const { messages } = replaceRun(first, signature("proj.add", 5, 100), context());
  expect(messages.map(onWire)).toEqual([onWire(second)]);
});

const signature = (task: string, ...args: Json[]): WireSignature => ({
  task,
  args,
  kwargs: {},
  options: {},
  subtask_type: null,
  immutable: false,
});
const composite = (kind: string, kwargs: JsonObject): WireSignature => ({
  task: `celery.${kind}`,
  args: [],
  kwargs,
  options: {},
  subtask_type: kind,
  immutable: false,
});
const chain = (...tasks: WireSignature[]) => composite("chain", { tasks });
const group = (...tasks: WireSignature[]) => composite("group", { tasks });
const chord = (header: readonly WireSignature[], body: WireSignature) =>
  composite("chord", { header, body, kwargs: {} });
const add = (...args: Json[]) => signature("proj.add", ...args);
const mul = (...args: Json[]) => signature("proj.mul", ...args);
const xsum = () => signature("proj.xsum");

it.each([
  ["chain3", chain(add(1, 2), mul(10), add(7))],
  ["chain-errback", { ...chain(add(1, 2), mul(10)), options: { link_error: [signature("proj.on_error_id")] } }],
  ["group2", group(add(1, 1), add(2, 2))],
  ["chord", chord([add(1, 1), add(2, 2)], xsum())],
  ["chord-chain-header", chord([chain(add(1, 1), mul(5)), add(3, 3)], chain(xsum(), add(1)))],
  ["group-in-chain", chain(add(1, 1), group(add(10), mul(10)), xsum())],
  ["chord-in-chord", chord([chord([add(1, 1), add(2, 2)], xsum()), add(3, 3)], xsum())],
])("sends %s as Celery's client does", (name, canvas) => {
  const { messages = [], returned } = sentSamples[`celery56-send-${name}`] ?? {};
  const applied = applySignature(canvas, {}, context());
  const expected = messages.map(({ raw }) => decodeTask(envelopeOfRedis(raw)));
  expect(alike(applied.messages.map(onWire))).toEqual(alike(expected.map(onWire)));
  if (returned !== undefined) expect(alike(applied.result)).toEqual(alike(returned as Json));
});

it("reads signatures of every kind", () => {
  for (const [version, samples] of Object.entries(signatureSamples)) {
    const size = (name: string) => chordSize(samples[name] ?? {});
    expect([version, size("signature"), size("chain"), size("group"), size("chord"), size("starmap")]).toEqual([
      version,
      1,
      1,
      2,
      1,
      1,
    ]);
    const { messages } = applySignature(samples.chunks ?? {}, {}, context());
    expect(messages.map(({ task, kwargs }) => [task, kwargs.it])).toEqual([
      ["celery.starmap", [[1, 2]]],
      ["celery.starmap", [[3, 4]]],
    ]);
    const [queued] = applySignature(samples.with_options ?? {}, { args: [0] }, context()).messages;
    expect(queued).toMatchObject({ args: [0, 1], queue: "q1", priority: 5, eta: context().now + 5000 });
    const [fixed] = applySignature(samples.immutable ?? {}, { args: [0] }, context()).messages;
    expect(fixed?.args).toEqual([1, 2]);
    const [linked] = applySignature(samples.linked ?? {}, {}, context()).messages;
    expect([linked?.embed.callbacks?.[0]?.task, linked?.embed.errbacks?.[0]?.task]).toEqual([
      "proj.cb",
      "proj.on_error_id",
    ]);
  }
});

function endingOf({ state, result, traceback }: ResultRecord): Ending {
  return state === "SUCCESS"
    ? { state: "SUCCESS", result }
    : { state: state as "FAILURE" | "REVOKED", exception: result, traceback };
}

function isBody(id: string, sent: readonly TaskMessage[]): boolean {
  return sent.some(({ embed: { chord: body } }) => body !== undefined && idOf(body) === id);
}

/** A message as it travels, without what says who sent it. */
function onWire(message: TaskMessage): Json {
  const { headers, body } = encodeTask({ ...message, ignoreResult: false, origin: "" }, { origin: "" });
  return [headers, readPythonJson(Buffer.from(body).toString())];
}

/** Workers of 5.2 do not number the members of groups that they send. */
function unindexed({ groupIndex: _index, ...message }: TaskMessage): Json {
  return onWire(message);
}

/** With ids that did not exist before in the order of their appearance, and keys in order. */
function alike(value: Json, before: TaskMessage | Json = null): Json {
  const known = JSON.stringify(before);
  const names = new Map<string, string>();
  const text = JSON.stringify(tidy(value, "")).replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    if (known.includes(id)) return id;
    const name = names.get(id) ?? `id ${names.size}`;
    names.set(id, name);
    return name;
  });
  return JSON.parse(text) as Json;
}

/** What says nothing, or only something to Python's own code while it sends. */
const isIdle = (key: string, value: Json) => value === null || ["reply_to", "argsrepr", "add_to_parent"].includes(key);

/** Without what is idle; in a header without copies of the body that the chord itself has. */
function tidy(value: Json, under: string): Json {
  if (Array.isArray(value)) return value.map((part) => tidy(part, under));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, part]) => !isIdle(key, part) && !(key === "chord" && under === "header"),
  );
  const parts = kept.map(([key, part]) => [key, tidy(part, under === "header" ? under : key)] as const);
  return Object.fromEntries(parts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
