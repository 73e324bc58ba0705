import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeAll(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
  const worker = await admin.testCatalog.addProcess();
  await admin.testCatalog.announce(worker, { task: "tapp_a.hello" });
  const counter = z.object({ counterId: z.number().int(), mode: z.enum(["up", "down"]).default("up") });
  const inputSchema = z.toJSONSchema(counter, { io: "input" }) as never;
  await admin.testCatalog.announce(worker, { task: "tapp_a.counter_upper", inputSchema });
});
afterAll(() => admin.close());

const hello = { name: "Hello", task: "tapp_a.hello" };
const post = (path: string, body: object) => root.call("POST", path, body);
const faultsOf = async (body: object) => {
  const answer = await post("/periodic-tasks", body);
  expect(answer.statusCode).toBe(422);
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  expect(answer.json().code).toBe("invalid");
  return answer.json().errors;
};

test.each([
  [
    "an hour that no day has",
    { kind: "crontab", expression: "99 * * * *" },
    "/expression",
    "invalid_crontab",
    /minute '99'.*0-59/,
  ],
  [
    "a date that no year has",
    { kind: "crontab", expression: "0 0 31 2 *" },
    "/expression",
    "crontab_never_matches",
    /Feb/,
  ],
  ["weekday 7", { kind: "crontab", expression: "0 0 * * 7" }, "/expression", "invalid_crontab", /Sunday/],
  ["a time that has passed", { kind: "clocked", at: "2020-01-01T00:00:00Z" }, "/at", "clocked_in_past", /has passed/],
  [
    "an unknown zone",
    { kind: "crontab", expression: "* * * * *", zone: "Asia/Tokio" },
    "/zone",
    "unknown_time_zone",
    /Asia\/Tokyo/,
  ],
  [
    "latitude 91",
    { kind: "solar", event: "sunrise", latitude: 91, longitude: 0 },
    "/latitude",
    "invalid_solar",
    /-90 to 90/,
  ],
  ["an interval of 0", { kind: "interval", every: 0, period: "seconds" }, "/every", "invalid_interval", /from 1/],
])("%s is refused with its path and what is accepted", async (_what, schedule, path, code, text) => {
  const [fault, ...others] = await faultsOf({
    ...hello,
    schedules: [{ kind: "interval", every: 1, period: "hours" }, schedule],
  });
  expect(others).toEqual([]);
  expect(fault).toMatchObject({ path: `/schedules/1${path}`, code, detail: expect.stringMatching(text) });
  expect(fault.accepted).toEqual(expect.any(String));
});

test("a crontab's fault names its field, and is told in Japanese", async () => {
  const [fault] = await faultsOf({ ...hello, schedules: [{ kind: "crontab", expression: "99 * * * *" }] });
  expect(fault).toMatchObject({
    path: "/schedules/0/expression",
    field: "minute",
    text: { ja: "分の「99」は範囲外です（0〜59）" },
  });
  const preview = await post("/schedules/preview", { kind: "crontab", expression: "0 0 * 13 *" });
  expect(preview.json().errors).toMatchObject([{ path: "/expression", field: "month_of_year" }]);
  const [whole] = await faultsOf({ ...hello, schedules: [{ kind: "crontab", expression: "* * *" }] });
  expect(whole).not.toHaveProperty("field");
});

test("an empty name is told together with the other faults", async () => {
  const faults = await faultsOf({ name: "", task: "", schedules: [{ kind: "crontab", expression: "99 * * * *" }] });
  expect(faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
    "/name required",
    "/task required",
    "/schedules/0/expression invalid_crontab",
  ]);
});

test("an instant that cannot be read is refused in a preview as well", async () => {
  const answer = await post("/schedules/preview", { kind: "clocked", at: "soon" });
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ code: "invalid_clocked", errors: [{ path: "/at" }] });
});

test("everything that is wrong is told at once", async () => {
  const faults = await faultsOf({
    name: "  ",
    task: "two words",
    priority: 5,
    ownerId: 999,
    schedules: [
      { kind: "crontab", expression: "99 * * * *", zone: "Mars/Base" },
      { kind: "interval", every: 0, period: "days", id: 5 },
    ],
  });
  expect(faults.map(({ path }: { path: string }) => path).sort()).toEqual([
    "/name",
    "/ownerId",
    "/schedules/0/expression",
    "/schedules/0/zone",
    "/schedules/1/every",
    "/schedules/1/id",
    "/task",
  ]);
});

test("a clocked schedule that is kept as it was is not refused for having passed", async () => {
  const at = admin.clock.now() + 60_000;
  const body = { ...hello, name: "Once", schedules: [{ kind: "clocked", at }] };
  const made = (await post("/periodic-tasks", body)).json();
  await admin.clock.advance(120_000);
  const kept = { kind: "clocked", at, id: made.schedules[0].id };
  const put = (schedules: object[]) =>
    root.call("PUT", `/periodic-tasks/${made.id}`, { ...body, schedules, version: 1 });
  expect((await put([{ ...kept, at: at + 1 }])).statusCode).toBe(422);
  expect((await put([kept])).statusCode).toBe(200);
});

test("two periodic tasks of one name: the second is a conflict at its name", async () => {
  const body = { ...hello, name: "Twice" };
  expect((await post("/periodic-tasks", body)).statusCode).toBe(201);
  const second = await post("/periodic-tasks", body);
  expect(second.statusCode).toBe(409);
  expect(second.json()).toMatchObject({ code: "name_taken", errors: [{ path: "/name", code: "name_taken" }] });
});

test("a task that nobody announces is saved with a warning, and its run waits and says why", async () => {
  const answer = await post("/periodic-tasks", { name: "Unknown", task: "tapp_z.nobody", queue: "nowhere" });
  expect(answer.statusCode).toBe(201);
  const codes = (warnings: { code: string }[]) => warnings.map(({ code }) => code);
  expect(codes(answer.json().warnings)).toEqual(["unknown_task", "queue_without_worker"]);
  expect(answer.json().warnings[0].text).toEqual({
    en: expect.stringContaining("tapp_z.nobody"),
    ja: expect.stringContaining("tapp_z.nobody"),
  });
  const run = await post(`/periodic-tasks/${answer.json().id}/runs`, {});
  expect(run.statusCode).toBe(201);
  expect(codes(run.json().warnings)).toEqual(["unknown_task", "queue_without_worker"]);
  const listed = (await root.call("GET", "/periodic-tasks?q=unknown")).json().items[0];
  expect(codes(listed.warnings)).toEqual(["unknown_task", "queue_without_worker"]);
});

const counter = { name: "Counter", task: "tapp_a.counter_upper" };
test.each([
  ["a wrong type", { input: { counterId: "x" } }, [{ path: "/input/counterId", code: "wrong_type" }]],
  ["nothing where something is required", {}, [{ path: "/input/counterId", code: "required" }]],
  [
    "a choice that there is not",
    { input: { counterId: 1, mode: "sideways" } },
    [{ path: "/input/mode", code: "not_accepted" }],
  ],
  ["arguments for a task with a schema", { input: { counterId: 1 }, kwargs: { a: 1 } }, [{ path: "/kwargs" }]],
])(
  "input that does not fit the schema (%s) is refused at save and at send, with the path",
  async (_what, given, errors) => {
    expect(await faultsOf({ ...counter, ...given })).toMatchObject(errors);
    const sent = await post("/runs", { task: counter.task, ...given });
    expect(sent.statusCode).toBe(422);
    expect(sent.json().errors).toMatchObject(errors);
  },
);

test("an input for a task without a schema is refused", async () => {
  expect(await faultsOf({ ...hello, name: "No schema", input: { a: 1 } })).toMatchObject([
    { path: "/input", accepted: "args and kwargs" },
  ]);
});

test("a schedule's own input is checked with what it is laid over", async () => {
  const schedule = { kind: "interval", every: 1, period: "hours" };
  const schedules = [schedule, { ...schedule, input: { counterId: "x" } }];
  expect(await faultsOf({ ...counter, input: { counterId: 1 }, schedules })).toMatchObject([
    { path: "/schedules/1/input/counterId", code: "wrong_type" },
  ]);
});

test("a changed input of a run by hand is checked as well", async () => {
  const { id } = (await post("/periodic-tasks", { ...counter, input: { counterId: 1 } })).json();
  const refused = await post(`/periodic-tasks/${id}/runs`, { input: { counterId: 1.5 } });
  expect(refused.statusCode).toBe(422);
  expect(refused.json().errors).toMatchObject([{ path: "/input/counterId" }]);
  expect((await post(`/periodic-tasks/${id}/runs`, { input: { counterId: 2 } })).statusCode).toBe(201);
});

test("the preview refuses what a save would refuse, at its field", async () => {
  const answer = await post("/schedules/preview", { kind: "crontab", expression: "99 * * * *" });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toMatchObject([{ path: "/expression", code: "invalid_crontab" }]);
  const zone = await post("/schedules/preview", { kind: "crontab", expression: "* * * * *", zone: "Mars/Base" });
  expect(zone.json().errors).toMatchObject([{ path: "/zone", code: "unknown_time_zone" }]);
  const after = await post("/schedules/preview", { kind: "crontab", expression: "* * * * *", after: "soon" });
  expect(after.json().errors).toMatchObject([{ path: "/after" }]);
});

test("a body of 100 MB is refused before it is read to its end", async () => {
  const answer = await post("/periodic-tasks", { ...hello, description: "x".repeat(100 * 1024 * 1024) });
  expect(answer.statusCode).toBe(413);
  expect(answer.json().code).toBe("too_large");
});

test.each(["/runs?state=nonsense", "/periodic-tasks?sort=colour", "/firings?verdict=odd", "/runs?limit=1000"])(
  "%s is a bad query",
  async (path) => {
    const answer = await root.call("GET", path);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].path).toMatch(/^\?/);
  },
);

test.each([
  "/periodic-tasks/999",
  "/runs/none",
  "/runs/none/logs",
  "/runs/none/log.txt",
  "/schedules/999",
  "/tasks/none",
])("%s is not there", async (path) => {
  expect((await root.call("GET", path)).statusCode).toBe(404);
});

test("a task's own permission is asked of whoever saves or sends it", async () => {
  const worker = await admin.testCatalog.addProcess({ name: "w2" });
  await admin.testCatalog.announce(worker, { task: "tapp_a.dangerous", permission: "tapp_a.danger" });
  await admin.addUser("operator", ["periodic-tasks.view", "periodic-tasks.edit", "runs.send", "runs.view"]);
  const operator = await admin.signIn("operator");
  expect((await operator.call("POST", "/runs", { task: "tapp_a.dangerous" })).statusCode).toBe(403);
  expect((await operator.call("POST", "/periodic-tasks", { name: "D", task: "tapp_a.dangerous" })).statusCode).toBe(
    403,
  );
  expect((await post("/runs", { task: "tapp_a.dangerous" })).statusCode).toBe(201);
});

test("each action on many asks for its own permission", async () => {
  await admin.addUser("runner", ["periodic-tasks.view", "periodic-tasks.run"]);
  const runner = await admin.signIn("runner");
  const act = (action: string) => runner.call("POST", "/periodic-tasks/actions", { action, ids: [1] });
  expect((await act("run")).statusCode).toBe(200);
  for (const action of ["enable", "disable", "delete"]) expect((await act(action)).statusCode).toBe(403);
});
