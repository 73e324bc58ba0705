import { expect, test } from "vitest";
import type { AnnouncedTask, ProcessRecord } from "../control/process-reader.ts";
import { TaskDirectory } from "./task-directory.ts";

const now = 1_000;
const process = (id: number, kind: ProcessRecord["kind"], queues: string[], leaseUntil = now): ProcessRecord => ({
  id,
  kind,
  name: `p${id}`,
  host: "here",
  pid: id,
  startedAt: 0,
  leaseUntil,
  loopLagMs: 0,
  info: { queues },
  running: 0,
});
const told = (task: string, processId: number, more: Partial<AnnouncedTask> = {}): AnnouncedTask => ({
  task,
  app: null,
  description: null,
  inputSchema: null,
  positional: null,
  queue: "default",
  priority: 5,
  timeLimitMs: null,
  permission: null,
  onLost: "retry",
  schemaHash: "a",
  processId,
  announcedAt: processId,
  ...more,
});
const directoryOf = (processes: ProcessRecord[], announcements: AnnouncedTask[]) =>
  new TaskDirectory(processes, announcements, { now, defaultQueue: "default" });

test("living workers are counted by task and by queue; the admin's own announcement is not a worker", () => {
  const directory = directoryOf(
    [process(1, "worker", ["default", "slow"]), process(2, "worker", ["slow"]), process(3, "admin", [])],
    [told("t", 1), told("t", 2), told("t", 3), told("only-admin", 3)],
  );
  expect(directory.find("t")?.workers).toBe(2);
  expect(directory.find("only-admin")?.workers).toBe(0);
  expect([directory.workersOf("default"), directory.workersOf("slow"), directory.workersOf("none")]).toEqual([1, 2, 0]);
});

test("the latest living process is believed, and a dead one where no other told of the task", () => {
  const directory = directoryOf(
    [process(1, "worker", []), process(2, "worker", [], now - 1)],
    [
      told("t", 1, { queue: "one" }),
      told("t", 2, { queue: "two", schemaHash: "b" }),
      told("gone", 9, { queue: "old" }),
    ],
  );
  expect(directory.queueOf("t")).toBe("one");
  expect(directory.find("t")?.versions).toHaveLength(1);
  expect(directory.queueOf("gone")).toBe("old");
  expect(directory.queueOf("unknown")).toBe("default");
});

test("two schemas at once show a deploy, the latest first", () => {
  const directory = directoryOf(
    [process(1, "worker", []), process(2, "worker", [])],
    [told("t", 1), told("t", 2, { schemaHash: "b" })],
  );
  expect(directory.find("t")?.versions.map(({ schemaHash }) => schemaHash)).toEqual(["b", "a"]);
});

test("a queue's periodic tasks are those that name it, and those of its tasks; the default one has all others", () => {
  const directory = directoryOf([], [told("a", 1), told("b", 1, { queue: "slow" }), told("c", 1, { queue: "slow" })]);
  expect(directory.goingTo("slow")).toEqual({ name: "slow", tasks: ["b", "c"], except: false });
  expect(directory.goingTo("default")).toEqual({ name: "default", tasks: ["b", "c"], except: true });
});
