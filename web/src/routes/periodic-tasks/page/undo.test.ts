import { expect, test, vi } from "vitest";
import type { PeriodicTaskView } from "../../../services/wire.ts";

const services = vi.hoisted(() => ({
  disablePeriodicTask: vi.fn(),
  enablePeriodicTask: vi.fn(),
  pausePeriodicTask: vi.fn(),
  resumePeriodicTask: vi.fn(),
}));
vi.mock("../../../services/periodic-tasks.ts", () => services);
const { undoOf } = await import("./undo.ts");

const task = (changes: Partial<PeriodicTaskView>) =>
  ({ id: 3, enabled: true, paused: null, ...changes }) as PeriodicTaskView;
const deploy = { reason: "deploy", untilAt: null };
const inForce = { id: 1, scope: "periodic-task", scopeId: "3", by: "admin", fromAt: 0, ...deploy } as const;

test("a switch that is still as it was set is set back", () => {
  undoOf(task({ enabled: true }), "enabled", { enabled: false }, { enabled: true })?.();
  expect(services.disablePeriodicTask).toHaveBeenCalledWith(3);
  undoOf(task({ enabled: false }), "disabled", { enabled: true }, { enabled: false })?.();
  expect(services.enablePeriodicTask).toHaveBeenCalledWith(3);
  expect(undoOf(task({ enabled: false }), "enabled", null, null)).toBeUndefined();
});

test("a pause in force is ended, and one that was ended is made again with its reason and end", () => {
  undoOf(task({ paused: inForce }), "paused", null, deploy)?.();
  expect(services.resumePeriodicTask).toHaveBeenCalledWith(3);
  undoOf(task({}), "resumed", deploy, null)?.();
  expect(services.pausePeriodicTask).toHaveBeenCalledWith(3, deploy);
  expect(undoOf(task({ paused: { ...inForce, reason: "other" } }), "paused", null, deploy)).toBeUndefined();
});

test("what was made or archived is not taken back here", () => {
  expect(undoOf(task({}), "created", null, {})).toBeUndefined();
  expect(undoOf(task({}), "archived", {}, null)).toBeUndefined();
});
