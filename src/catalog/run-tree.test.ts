import { describe, expect, it } from "vitest";
import { chord, composite, named, sig } from "../../test/support/canvas.ts";
import { withOptions } from "../canvas/signature-parts.ts";
import type { FamilyRun } from "../run/run-reader.ts";
import { treeOf } from "./run-tree.ts";

const run = (id: string, more: Partial<FamilyRun> = {}): FamilyRun => ({
  ...{ id, task: `app.${id}`, state: "succeeded", queuedAt: 0 },
  ...more,
});

/** Each line as its depth in dots, and what it is. */
const drawn = (family: readonly FamilyRun[]) =>
  treeOf(family).map((line) => {
    const what =
      line.kind === "run"
        ? `${line.run.id} (${line.role})`
        : line.kind === "planned"
          ? `${line.id}? (${line.role})`
          : `${line.ended} of ${line.size}`;
    return ".".repeat(line.depth) + what;
  });

describe("treeOf", () => {
  it("draws what follows one another at one depth, with what is still to come", () => {
    const steps = [named("c", sig("app.c")), named("b", sig("app.b"))];
    const first = run("a", { embed: { chain: steps } });
    expect(drawn([first])).toEqual(["a (start)", "b? (step)", "c? (step)"]);
    const second = run("b", { parentId: "a", embed: { chain: [steps[0] ?? {}] } });
    expect(drawn([first, second])).toEqual(["a (start)", "b (step)", "c? (step)"]);
  });

  it("draws what a task has sent, and callbacks, below it", () => {
    const family = [run("a"), run("sent", { parentId: "a" }), run("deeper", { parentId: "sent" })];
    expect(drawn(family)).toEqual(["a (start)", ".sent (child)", "..deeper (child)"]);
  });

  it("draws a chord's members under their group, and its body behind it", () => {
    const body = withOptions(named("body", sig("app.body")), { chain: [named("end", sig("app.end"))] });
    const member = (id: string, groupIndex: number, more: Partial<FamilyRun> = {}) =>
      run(id, { groupId: "g", groupIndex, embed: { chord: body }, ...more });
    const two = [member("m1", 1, { endedAt: 5 }), member("m0", 0)];
    expect(drawn(two)).toEqual(["1 of 2", ".m0 (member)", ".m1 (member)", "body? (body)", "end? (step)"]);
    const sent = run("body", { parentId: "m1", groupId: "g", embed: { chain: [named("end", sig("app.end"))] } });
    expect(drawn([...two, sent]).slice(3)).toEqual(["body (body)", "end? (step)"]);
  });

  it("draws a chord that is a step before any of it is there, and when it is", () => {
    const header = composite("group", {
      tasks: [named("x", sig("app.x")), named("y", sig("app.y"))],
    });
    const step = chord([], named("body", sig("app.body")));
    const whole = { ...step, kwargs: { ...(step.kwargs as object), header: named("g", header) } } as typeof step;
    const first = run("a", { embed: { chain: [whole] } });
    expect(drawn([first])).toEqual(["a (start)", "0 of 2", ".x? (member)", ".y? (member)", "body? (body)"]);
    const members = ["x", "y"].map((id, groupIndex) =>
      run(id, {
        parentId: "a",
        groupId: "g",
        groupIndex,
        endedAt: 1,
        embed: { chord: named("body", sig("app.body")) },
      }),
    );
    expect(drawn([first, ...members])).toEqual(["a (start)", "2 of 2", ".x (member)", ".y (member)", "body? (body)"]);
  });

  it("has a chain as a member where the chain stands, ended when its last step has", () => {
    const last = withOptions(named("end", sig("app.end")), { group_id: "g", group_index: 0, chord: sig("app.body") });
    const family = [
      run("one", { groupId: "g", groupIndex: 1, endedAt: 1, embed: { chord: named("body", sig("app.body")) } }),
      run("first", { endedAt: 1, embed: { chain: [last] } }),
    ];
    expect(drawn(family).slice(0, 4)).toEqual(["1 of 2", ".first (member)", ".end? (step)", ".one (member)"]);
  });

  it("draws everything once, whatever it is told", () => {
    const circle = [run("a", { parentId: "b" }), run("b", { parentId: "a" })];
    expect(treeOf(circle)).toHaveLength(2);
    expect(treeOf([])).toEqual([]);
  });
});
