import { expect, it } from "vitest";
import { chain, context, group, named, runOf, sig } from "../../test/support/canvas.ts";
import type { WireSignature } from "../message/task-message.ts";
import { builtInTask } from "./built-in-task.ts";
import type { CanvasMessage } from "./canvas-message.ts";
import { followChord } from "./follow-ups.ts";
import { replaceRun } from "./replace-run.ts";
import { retryMessage } from "./retry-message.ts";

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
