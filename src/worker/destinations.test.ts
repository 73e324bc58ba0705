import { expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import type { NewRun } from "../run/run.ts";
import { TaskRegistry } from "../task/registry.ts";
import { task } from "../task/task.ts";
import { Destinations } from "./destinations.ts";
import type { Destination } from "./run-message.ts";

const run = (id: string, name: string, queue: string): NewRun => ({
  ...{ id, task: name, queue, payload: { args: [], kwargs: {} }, priority: 5, options: {} },
  ...{ origin: { kind: "task" }, availableAt: 0, queuedAt: 0 },
});

function open(announced: Record<string, Destination> = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const registry = new TaskRegistry();
  registry.add({ task: task("app.here", { run: () => {} }), app: "app", file: "app/tasks.ts" });
  registry.add({ task: task("app.queued", { queue: "slow", run: () => {} }), app: "app", file: "app/tasks.ts" });
  registry.add({ task: task("mail.here", { run: () => {} }), app: "app", file: "app/tasks.ts" });
  const destinations = new Destinations({
    registry,
    clock,
    elsewhere: {
      routed: (name) => (name.startsWith("mail.") ? "mail" : undefined),
      announced: async (name) => {
        asked.push(name);
        return announced[name];
      },
    },
  });
  const placed = async (name: string) => {
    const following = run("r1", name, "here");
    const place = ({ queue }: Destination) => run("r1", name, queue ?? "here");
    const { follow } = await destinations.placed({ follow: [following], unplaced: new Map([["r1", place]]) });
    return follow[0]?.queue;
  };
  return { destinations, placed, asked, clock };
}

it("sends what this process has to its own queue, by its route, or to who executes what it follows", () => {
  const { destinations } = open();
  expect(destinations.of("app.queued")?.queue).toBe("slow");
  expect(destinations.of("mail.here")?.queue).toBe("mail");
  expect(destinations.of("app.here")?.queue).toBeUndefined();
  expect(destinations.of("celery.map")).toEqual({});
  expect(destinations.of("py.there")).toBeUndefined();
});

it("asks who has the task where this process does not, and then for a route", async () => {
  const { placed } = open({ "py.there": { queue: "python" }, "mail.there": { queue: "post" } });
  expect(await placed("py.there")).toBe("python");
  expect(await placed("mail.there")).toBe("post");
  expect(await placed("mail.nowhere")).toBe("mail");
  expect(await placed("py.nowhere")).toBe("here");
});

it("asks once a second at most, and again when it could not be answered", async () => {
  const { placed, asked, clock, destinations } = open({ "py.there": { queue: "python" } });
  await placed("py.there");
  await placed("py.there");
  expect(asked).toEqual(["py.there"]);
  await clock.advance(1_000);
  await placed("py.there");
  expect(asked).toEqual(["py.there", "py.there"]);
  expect(await destinations.placed({ follow: [], unplaced: new Map() })).toEqual({ follow: [], unplaced: new Map() });
});

it("fails as who is asked does, and asks again", async () => {
  let isAway = true;
  const destinations = new Destinations({
    registry: new TaskRegistry(),
    clock: new FakeClock(),
    elsewhere: {
      routed: () => undefined,
      announced: async () => {
        if (isAway) throw new Error("away");
        return { queue: "python" };
      },
    },
  });
  const after = {
    follow: [run("r1", "py.there", "here")],
    unplaced: new Map([["r1", ({ queue = "" }: Destination) => run("r1", "py.there", queue)]]),
  };
  await expect(destinations.placed(after)).rejects.toThrow("away");
  isAway = false;
  expect((await destinations.placed(after)).follow[0]?.queue).toBe("python");
});
