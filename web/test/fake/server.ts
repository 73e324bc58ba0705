/**
 * An admin API in memory, for work on the screens: `npm run fake -w web -- --count 5000`. It serves web/dist under the same
 * content security policy as the product. Sign in as admin with any password but `wrong`.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";
import { isHyoshiError } from "../../../src/base/error.ts";
import { previewSchedule } from "../../../src/catalog/preview-schedule.ts";
import type { PeriodicTaskView, ScheduleInput } from "../../src/services/wire.ts";
import {
  addChange,
  addPeriodicTask,
  addRun,
  changes,
  fill,
  firings,
  pauseOf,
  periodicTasks,
  projectZone,
  replan,
  scheduleView,
  tasks,
} from "./data.ts";
import { fillOperations, operationRoutes } from "./operations.ts";
import { outlookRoutes } from "./outlook.ts";
import { allPermissions, peopleRoutes } from "./people.ts";
import { type Handler, Refusal } from "./refusal.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "5" },
    port: { type: "string", default: "4100" },
    base: { type: "string", default: "/" },
    dist: { type: "string", default: join(import.meta.dirname, "../../dist") },
  },
});
const base = values.base.endsWith("/") ? values.base : `${values.base}/`;
const { dist } = values;
fill(Number(values.count));

const streams = new Set<{ topics: Set<string>; answer: ServerResponse }>();
function tell(...topics: string[]): void {
  for (const stream of streams) {
    const heard = topics.filter((topic) => stream.topics.has(topic));
    if (heard.length > 0) stream.answer.write(`event: changed\ndata: ${JSON.stringify({ topics: heard })}\n\n`);
  }
}

const found = (id: string | undefined): PeriodicTaskView => {
  const view = periodicTasks.get(Number(id));
  if (!view) throw new Refusal(404, "not_found", `periodic task '${id}' does not exist`);
  return view;
};

function paged<T>(items: readonly T[], query: URLSearchParams) {
  const from = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const more = from + limit < items.length;
  const count =
    query.get("count") === "true"
      ? { count: { value: Math.min(items.length, 10_000), capped: items.length > 10_000 } }
      : {};
  return { items: items.slice(from, from + limit), next: more ? String(from + limit) : null, ...count };
}

function listPeriodicTasks(query: URLSearchParams) {
  const text = query.get("q")?.toLowerCase();
  const has = (name: string, value: string | undefined) => query.get(name) === null || query.get(name) === value;
  const items = [...periodicTasks.values()]
    .filter((one) => (query.get("archived") === "true") === (one.archivedAt !== null))
    .filter((one) => !text || [one.name, one.task, ...one.tags].some((part) => part.toLowerCase().includes(text)))
    .filter((one) => has("enabled", String(one.enabled)) && has("task", one.task) && has("queue", one.queue))
    .filter(
      (one) =>
        has("lastOutcome", one.last?.state) && (query.get("tag") === null || one.tags.includes(query.get("tag") ?? "")),
    );
  const sort = query.get("sort") ?? "name";
  const key = sort.replace("-", "") as "name" | "task" | "nextAt";
  const value = (one: PeriodicTaskView) => (key === "nextAt" ? (one.nextAt ?? Number.MAX_SAFE_INTEGER) : one[key]);
  items.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a.id - b.id));
  if (sort.startsWith("-")) items.reverse();
  return paged(items, query);
}

function preview({ zone, after, count, until, calendar: _calendar, ...definition }: Record<string, unknown>) {
  return previewSchedule({
    definition,
    zone: String(zone ?? projectZone),
    after: Number(after ?? Date.now()),
    count: Number(count ?? 10),
    ...(until === undefined ? {} : { until: Number(until) }),
  });
}

function pausesInForce() {
  return [...periodicTasks.values()].flatMap(({ id, name, paused }) =>
    paused ? [{ ...paused, label: name, periodicTaskId: id, endedAt: null }] : [],
  );
}

function checkInput(body: Record<string, unknown>, own?: number): void {
  const errors: { path: string; code: string; detail: string; accepted?: string; text?: unknown }[] = [];
  if (String(body.name ?? "") === "") errors.push({ path: "/name", code: "required", detail: "a name is needed" });
  if ([...periodicTasks.values()].some((one) => one.name === body.name && one.id !== own)) {
    errors.push({ path: "/name", code: "taken", detail: `a periodic task named '${body.name}' exists` });
  }
  for (const [index, schedule] of ((body.schedules ?? []) as ScheduleInput[]).entries()) {
    try {
      scheduleView({ ...schedule, id: 0 }, 0, Date.now());
    } catch (error) {
      if (!isHyoshiError(error)) throw error;
      const path = String(error.fields.path ?? "");
      errors.push({
        path: `/schedules/${index}/${path}`,
        code: error.code,
        detail: error.message,
        accepted: String(error.fields.accepted ?? ""),
        text: error.fields.text,
      });
    }
  }
  if (errors.length > 0) throw new Refusal(422, "invalid", "the periodic task is not valid", { errors });
}

function save(view: PeriodicTaskView, body: Record<string, unknown>): PeriodicTaskView {
  if (body.version !== view.version) {
    throw new Refusal(409, "stale_version", `version ${body.version} is not the current ${view.version}`, {
      current: view,
    });
  }
  checkInput(body, view.id);
  const before = { ...view };
  const { schedules, version: _version, queue, ...rest } = body;
  Object.assign(view, rest, {
    queueSetting: queue ?? null,
    queue: queue ?? tasks.find((one) => one.name === body.task)?.queue ?? "default",
    schedules: ((schedules ?? []) as ScheduleInput[]).map((one) => scheduleView(one, view.id, Date.now())),
    version: view.version + 1,
    updatedAt: Date.now(),
  });
  replan(view);
  addChange(view, "updated", before, { ...view });
  tell("periodic-tasks", `periodic-task:${view.id}`, "changes");
  return view;
}

function setEnabled(view: PeriodicTaskView, enabled: boolean): void {
  view.enabled = enabled;
  view.version += 1;
  replan(view);
}

function switched(view: PeriodicTaskView, enabled: boolean): PeriodicTaskView {
  setEnabled(view, enabled);
  tell("periodic-tasks", `periodic-task:${view.id}`);
  return view;
}

const session = () => ({
  user: { id: 1, username: "admin", displayName: "Admin", superuser: true },
  permissions: allPermissions,
  csrfToken: "fake",
  settings: { timeZone: projectZone, version: "0.1.0", projectName: "taskmanager" },
});
let isSignedIn = true;

const routes: Record<string, Handler> = {
  ...operationRoutes(tell),
  ...peopleRoutes(tell),
  ...outlookRoutes(tell),
  "GET session": () => {
    if (!isSignedIn) throw new Refusal(401, "unauthenticated", "sign in first");
    return session();
  },
  "GET visitor": () => ({ session: isSignedIn ? session() : null }),
  "GET people": () => ({
    items: [
      { id: 1, username: "admin", displayName: "Admin" },
      { id: 2, username: "operator", displayName: "当番" },
    ],
    next: null,
  }),
  "GET tags": () => ({
    items: [...new Set([...periodicTasks.values()].flatMap(({ tags }) => tags))].sort().map((name) => ({ name })),
    next: null,
  }),
  "PUT periodic-tasks/:id/enabled": ([id]) => switched(found(id), true),
  "DELETE periodic-tasks/:id/enabled": ([id]) => switched(found(id), false),
  "POST session": (_ids, { password }) => {
    if (password === "wrong") throw new Refusal(401, "wrong_credentials", "the user name or the password is wrong");
    isSignedIn = true;
    return session();
  },
  "DELETE session": () => {
    isSignedIn = false;
  },
  "GET periodic-tasks": (_ids, _body, query) => listPeriodicTasks(query),
  "POST periodic-tasks": (_ids, body) => {
    checkInput(body);
    const view = addPeriodicTask(body);
    addChange(view, "created", null, view);
    tell("periodic-tasks");
    return view;
  },
  "POST periodic-tasks/actions": (_ids, body) => {
    for (const id of body.ids as number[]) {
      const view = found(String(id));
      if (body.action === "enable" || body.action === "disable") setEnabled(view, body.action === "enable");
      if (body.action === "pause") view.paused = pauseOf(view, String(body.reason), null);
      if (body.action === "resume") view.paused = null;
      if (body.action === "tag") {
        const { add = [], remove = [] } = body as { add?: string[]; remove?: string[] };
        view.tags = [...new Set([...view.tags.filter((tag) => !remove.includes(tag)), ...add])];
      }
      if (body.action === "delete") view.archivedAt = Date.now();
      if (body.action === "run") addRun(view, Date.now(), "ready", null, "admin");
    }
    tell("periodic-tasks", "runs");
    return { done: (body.ids as number[]).length, failed: [] };
  },
  "GET periodic-tasks/:id": ([id]) => found(id),
  "PUT periodic-tasks/:id": ([id], body) => save(found(id), body),
  "DELETE periodic-tasks/:id": ([id]) => {
    found(id).archivedAt = Date.now();
    tell("periodic-tasks");
  },
  "GET periodic-tasks/:id/deletion": ([id]) => ({
    schedules: found(id).schedules.length,
    nextAt: found(id).nextAt,
    waitingRuns: 2,
    runningRuns: 1,
  }),
  "PUT periodic-tasks/:id/pause": ([id], body) => {
    const view = found(id);
    view.paused = pauseOf(view, String(body.reason), (body.untilAt as number | null) ?? null);
    replan(view);
    tell("periodic-tasks", `periodic-task:${view.id}`);
    return view;
  },
  "DELETE periodic-tasks/:id/pause": ([id]) => {
    const view = found(id);
    view.paused = null;
    replan(view);
    tell("periodic-tasks", `periodic-task:${view.id}`);
    return view;
  },
  "POST periodic-tasks/:id/runs": ([id], body) => {
    const run = addRun(found(id), Number(body.at ?? Date.now()), "ready", null, "admin");
    tell("periodic-tasks", "runs", `periodic-task:${id}`);
    setTimeout(() => {
      Object.assign(run, { state: "succeeded", startedAt: Date.now() - 800, endedAt: Date.now(), durationMs: 800 });
      const view = found(id);
      view.strip = view.strip.map((entry) =>
        entry.runId === run.id ? { ...entry, state: "succeeded", durationMs: 800 } : entry,
      );
      view.last = { runId: run.id, state: "succeeded", at: run.queuedAt, durationMs: 800 };
      tell("periodic-tasks", "runs", `periodic-task:${id}`, `run:${run.id}`);
    }, 3_000);
    return run;
  },
  "POST schedules/preview": (_ids, body) => preview(body),
  "GET pauses": (_ids, _body, query) => paged(query.get("ended") === "true" ? [] : pausesInForce(), query),
  "GET firings": (_ids, _body, query) =>
    paged(
      firings.filter(
        (one) =>
          [null, String(one.periodicTaskId)].includes(query.get("periodicTaskId")) &&
          [null, one.verdict].includes(query.get("verdict")),
      ),
      query,
    ),
  "GET tasks": (_ids, _body, query) => paged(tasks, query),
  "GET changes": (_ids, _body, query) =>
    paged(
      changes.filter((one) => query.get("resourceId") === null || one.resourceId === query.get("resourceId")),
      query,
    ),
  "GET health": () => ({
    status: "warning",
    beats: 2,
    workers: 3,
    oldestDueMs: 0,
    queuesWithoutWorker: [{ queue: "slow", waiting: 4 }],
    problems: [
      {
        code: "queue_without_worker",
        severity: "warning",
        text: {
          en: "4 runs wait in the queue 'slow', which no live worker serves",
          ja: "キュー「slow」を処理する稼働中のワーカーがなく、4 件の実行が待機しています",
        },
      },
    ],
  }),
};

fillOperations(tell);

function match(method: string, path: string): { handler: Handler; ids: string[] } | undefined {
  const exact = routes[`${method} ${path}`];
  if (exact) return { handler: exact, ids: [] };
  for (const [route, handler] of Object.entries(routes)) {
    const [wanted, pattern = ""] = route.split(" ");
    if (wanted !== method || !pattern.includes(":")) continue;
    const parts = new RegExp(`^${pattern.replaceAll(/:\w+/g, "([^/]+)")}$`).exec(path);
    if (parts) return { handler, ids: parts.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request) text += part;
  const isJson = request.headers["content-type"]?.includes("json") ?? false;
  return text === "" || !isJson ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function answerApi(
  request: IncomingMessage,
  answer: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const json = (status: number, body: unknown, type = "application/json") => {
    answer.writeHead(status, { "content-type": type }).end(body === undefined ? "" : JSON.stringify(body));
  };
  try {
    const matched = match(request.method ?? "GET", path);
    if (!matched) throw new Refusal(404, "not_found", `no route ${path}`);
    if (request.method !== "GET" && path !== "session" && request.headers["x-csrf-token"] !== "fake")
      throw new Refusal(403, "csrf", "no token");
    const body = await matched.handler(matched.ids, await readBody(request), query);
    json(body === undefined ? 204 : 200, body);
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.body, "application/problem+json");
    if (isHyoshiError(error)) {
      const problem = {
        path: `/${String(error.fields.path ?? "")}`,
        code: error.code,
        detail: error.message,
        accepted: error.fields.accepted,
      };
      return json(
        422,
        {
          type: "about:blank",
          title: "Invalid",
          status: 422,
          code: "invalid",
          detail: error.message,
          errors: [problem],
        },
        "application/problem+json",
      );
    }
    console.error(error);
    json(
      500,
      { type: "about:blank", title: "Error", status: 500, code: "internal", detail: String(error) },
      "application/problem+json",
    );
  }
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

async function answerFile(answer: ServerResponse, path: string): Promise<void> {
  // A page's own address may end like a file's: /models/tapp_a.counter.
  if (extname(path) in types) {
    const file = await readFile(join(dist, path)).catch(() => undefined);
    answer
      .writeHead(file ? 200 : 404, { "content-type": types[extname(path)] ?? "application/octet-stream" })
      .end(file);
    return;
  }
  const nonce = randomBytes(16).toString("base64");
  const page = await readFile(join(dist, "index.html"), "utf8");
  answer.writeHead(200, {
    "content-type": "text/html",
    "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'`,
  });
  answer.end(page.replaceAll("__CSP_NONCE__", nonce).replaceAll("__BASE_PATH__", base));
}

createServer((request, answer) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith(base)) return void answer.writeHead(302, { location: base }).end();
  const path = url.pathname.slice(base.length);
  if (path === "api/v1/events") {
    answer.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    answer.write(": hello\n\n");
    const stream = { topics: new Set(url.searchParams.get("topics")?.split(",")), answer };
    streams.add(stream);
    request.on("close", () => streams.delete(stream));
    return;
  }
  if (path.startsWith("api/v1/")) void answerApi(request, answer, path.slice("api/v1/".length), url.searchParams);
  else void answerFile(answer, path);
}).listen(Number(values.port), "127.0.0.1", () => console.log(`http://127.0.0.1:${values.port}${base}`));
