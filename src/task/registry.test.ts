import { describe, expect, it } from "vitest";
import { TaskRegistry } from "./registry.ts";
import { task } from "./task.ts";

const found = (name: string, file: string | null = `/p/${name}.ts`) => ({
  task: task(name, { run() {} }),
  app: "app",
  file,
});

describe("TaskRegistry", () => {
  it("finds tasks by name, and lists names in order", () => {
    const registry = new TaskRegistry();
    const [b, a] = [found("app.b"), found("app.a")];
    registry.add(b);
    registry.add(a);
    expect(registry.find("app.a")).toBe(a);
    expect(registry.find("app.c")).toBeUndefined();
    expect(registry.names()).toEqual(["app.a", "app.b"]);
    expect([...registry.entries()]).toEqual([b, a]);
  });

  it("takes a task twice, but not two tasks of one name", () => {
    const registry = new TaskRegistry();
    const first = found("app.a", "/one.ts");
    registry.add(first);
    registry.add({ ...first, app: "other", file: "/other.ts" });
    expect(registry.find("app.a")).toBe(first);
    expect(() => registry.add({ ...found("app.a"), app: "m", file: null })).toThrow(
      expect.objectContaining({
        code: "duplicate_task",
        message: "two tasks are called 'app.a': one in /one.ts, one in the modules of app 'm'; rename one of them",
      }),
    );
    expect(registry.find("app.a")).toBe(first);
  });

  it("says which name was probably meant, or which there are", () => {
    const registry = new TaskRegistry();
    registry.add(found("app.hello"));
    expect(() => registry.get("app.helo")).toThrow("no task is called 'app.helo'; did you mean 'app.hello'?");
    expect(() => registry.get("something")).toThrow("no task is called 'something'; the known ones are app.hello");
    expect(() => new TaskRegistry().get("x")).toThrow(/^no task is called 'x'$/);
  });

  it("finds a task under names that it had before, which no other may have", () => {
    const registry = new TaskRegistry();
    const renamed = { ...found("app.new"), task: task("app.new", { formerNames: ["app.old"], run() {} }) };
    registry.add(renamed);
    expect(registry.find("app.old")).toBe(renamed);
    expect(registry.get("app.old")).toBe(renamed);
    expect(registry.names()).toEqual(["app.new"]);
    const duplicate = expect.objectContaining({ code: "duplicate_task" });
    expect(() => registry.add(found("app.old"))).toThrow(duplicate);
    const other = task("app.other", { formerNames: ["app.new"], run() {} });
    expect(() => registry.add({ ...found("app.other"), task: other })).toThrow(duplicate);
    expect(registry.find("app.other")).toBeUndefined();
  });
});
