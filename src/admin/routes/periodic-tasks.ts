import { z } from "zod";
import { HyoshiError, isHyoshiError } from "../../base/error.ts";
import { decodeCursor, encodeCursor } from "../../base/page.ts";
import type { BulkReport } from "../../catalog/periodic-task-editor.ts";
import { requirePermission, viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { askerOf } from "../asker.ts";
import {
  backfillPreview,
  backfillReport,
  backfillRequest,
  bulkAction,
  bulkResult,
  deletionPreview,
  type Permission,
  page,
  pageQuery,
  pauseInput,
  periodicTaskInput,
  periodicTaskQuery,
  periodicTaskSummary,
  periodicTaskView,
  runNow,
  runSummary,
  tagView,
} from "../contract.ts";
import { idParameter, pageOf } from "../paging.ts";
import { problemOf } from "../problem.ts";
import { given, pageViewOf } from "../views/page-view.ts";
import { periodicTaskSummaryOf, periodicTaskViewOf } from "../views/periodic-task-view.ts";
import { runSummaryOf } from "../views/run-view.ts";

const tags = ["periodic-tasks"];
const view = { permission: "periodic-tasks.view" } as const;
const edit = { permission: "periodic-tasks.edit" } as const;

const needed: Readonly<Record<z.infer<typeof bulkAction>["action"], Permission>> = {
  enable: "periodic-tasks.edit",
  disable: "periodic-tasks.edit",
  pause: "periodic-tasks.edit",
  resume: "periodic-tasks.edit",
  release: "periodic-tasks.edit",
  tag: "periodic-tasks.edit",
  run: "periodic-tasks.run",
  delete: "periodic-tasks.delete",
};

/** Why one of many was not done, in the words that its own route would have answered. */
function failureOf({ id, error }: BulkReport["failed"][number]) {
  const { code, detail, text } = problemOf(error, "").body;
  return { id, code, detail, ...(text !== undefined && { text }) };
}

export function registerPeriodicTasks(server: AdminServer, { catalog }: AdminApp): void {
  const { code, backfills, editor, periodicTasks, requests, runs } = catalog;
  const seen = async (id: number) => periodicTaskViewOf(await periodicTasks.get(id));

  /** A change that is refused because somebody else was quicker carries the other one's. */
  const save = async (
    body: z.infer<typeof periodicTaskInput>,
    id: number | undefined,
    by: ReturnType<typeof viewerOf>,
  ) => {
    const { version, ...input } = body;
    try {
      const saved = await editor.save(input, id === undefined ? undefined : { id, version }, by);
      return await seen(saved.id);
    } catch (error) {
      if (id === undefined || !isHyoshiError(error, "stale_version")) throw error;
      throw new HyoshiError(error.code, error.message, { fields: { current: await seen(id) } });
    }
  };

  server.get(
    "/periodic-tasks",
    {
      config: view,
      schema: {
        summary: "List periodic tasks",
        description:
          "`q` looks in the name, the task's name and the tags. Combined filters that few pass are sought in a bounded stretch of the list: a page may then hold fewer than `limit` although `next` leads on. Of archived ones the 2,000 latest are listed.",
        tags,
        querystring: periodicTaskQuery,
        response: { 200: page(periodicTaskSummary) },
      },
    },
    async ({ query }) => {
      const { q, enabled, archived, count, lastOutcome, task, queue, tag, calendarId, after, sort, limit } = query;
      const text = q?.trim();
      const found = await periodicTasks.list({
        ...given({ lastOutcome, task, queue, tag, calendarId, after }),
        ...(text ? { text } : {}),
        ...(enabled !== undefined && { enabled: enabled === "true" }),
        ...(archived === "true" && { archived: true }),
        ...(count === "true" && { count: true }),
        sort,
        limit,
      });
      return pageViewOf(found, periodicTaskSummaryOf);
    },
  );

  server.post(
    "/periodic-tasks",
    {
      config: edit,
      schema: {
        summary: "Make a periodic task",
        description:
          "A task that nobody announces, or a queue that nobody serves, is saved; the answer's `warnings` say so.",
        tags,
        body: periodicTaskInput,
        response: { 201: periodicTaskView },
      },
    },
    async (request, reply) => reply.code(201).send(await save(request.body, undefined, viewerOf(request))),
  );

  server.get(
    "/tags",
    {
      config: view,
      schema: {
        summary: "List the tags of periodic tasks, by name",
        description: "Archived ones' among them.",
        tags,
        querystring: pageQuery.omit({ count: true }),
        response: { 200: page(tagView) },
      },
    },
    async ({ query }) => {
      const after = query.after === undefined ? undefined : decodeCursor(query.after, "tags", ["text"])[0];
      const found = await periodicTasks.tags({ ...given({ after }), limit: query.limit + 1 });
      return pageOf(
        found,
        query.limit,
        (last) => encodeCursor("tags", [last]),
        (name) => ({ name }),
      );
    },
  );

  server.post(
    "/periodic-tasks/actions",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "Enable, disable, pause, resume, release, tag, run or delete many at once",
        description:
          "Needs `periodic-tasks.edit` to enable, disable, pause, resume, release and tag, `.run` to run and `.delete` to delete. One that fails does not keep the others from it.",
        tags,
        body: bulkAction,
        response: { 200: bulkResult },
      },
    },
    async (request) => {
      const { body } = request;
      const by = requirePermission(request, needed[body.action]);
      const report = await editor.each(body.ids, (id): Promise<unknown> => {
        switch (body.action) {
          case "run":
            return requests.runNow(id, {}, askerOf(request));
          case "delete":
            return editor.archive(id, by);
          case "pause":
            return editor.pause(id, body, by);
          case "resume":
            return editor.resume(id, by);
          case "release":
            return editor.release(id, by);
          case "tag":
            return editor.tag(id, body, by);
          default:
            return editor.setEnabled(id, body.action === "enable", by);
        }
      });
      return { done: report.done, failed: report.failed.map(failureOf) };
    },
  );

  server.get(
    "/periodic-tasks/:id",
    {
      config: view,
      schema: { summary: "A periodic task", tags, params: idParameter, response: { 200: periodicTaskView } },
    },
    ({ params }) => seen(params.id),
  );

  server.put(
    "/periodic-tasks/:id",
    {
      config: edit,
      schema: {
        summary: "Replace a periodic task",
        description:
          "`version` is the one that the change was made from; when another change came between, the answer is 409 `stale_version` with `current`. Schedules that are kept name their `id`; one that is left out is removed, and its ledger stays.",
        tags,
        params: idParameter,
        body: periodicTaskInput,
        response: { 200: periodicTaskView },
      },
    },
    (request) => save(request.body, request.params.id, viewerOf(request)),
  );

  server.delete(
    "/periodic-tasks/:id",
    {
      config: { permission: "periodic-tasks.delete" },
      schema: {
        summary: "Archive a periodic task",
        description:
          "Nothing fires any more, and the name is free again. Its ledger, runs and changes stay; waiting runs are executed.",
        tags,
        params: idParameter,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await editor.archive(request.params.id, viewerOf(request));
      return reply.code(204).send();
    },
  );

  server.get(
    "/periodic-tasks/:id/deletion",
    {
      config: { permission: "periodic-tasks.delete" },
      schema: {
        summary: "What archiving would stop",
        tags,
        params: idParameter,
        response: { 200: deletionPreview },
      },
    },
    ({ params }) => editor.previewDeletion(params.id),
  );

  server.put(
    "/periodic-tasks/:id/enabled",
    {
      config: edit,
      schema: {
        summary: "Switch a periodic task on",
        description: "Times that passed while it was off are not made up for.",
        tags,
        params: idParameter,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await editor.setEnabled(request.params.id, true, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.delete(
    "/periodic-tasks/:id/enabled",
    {
      config: edit,
      schema: {
        summary: "Switch a periodic task off",
        tags,
        params: idParameter,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await editor.setEnabled(request.params.id, false, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.put(
    "/periodic-tasks/:id/pause",
    {
      config: edit,
      schema: {
        summary: "Pause a periodic task",
        description:
          "Its times are skipped until `untilAt`, or until it is resumed. Replaces a pause of its own that is open; wider ones are at `/pauses`.",
        tags,
        params: idParameter,
        body: pauseInput,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await editor.pause(request.params.id, request.body, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.delete(
    "/periodic-tasks/:id/pause",
    {
      config: edit,
      schema: {
        summary: "Resume a periodic task",
        tags,
        params: idParameter,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await editor.resume(request.params.id, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.post(
    "/periodic-tasks/:id/release",
    {
      config: edit,
      schema: {
        summary: "Release a periodic task that is held",
        description:
          "It was held because a run failed, because too many failed in a row (it was switched off then, and is on again), or because it had sent as many runs as it may; that is counted anew. Times that passed meanwhile are not made up for.",
        tags,
        params: idParameter,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await editor.release(request.params.id, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.post(
    "/periodic-tasks/:id/backfills/preview",
    {
      config: { permission: "periodic-tasks.run" },
      schema: {
        summary: "What a backfill would send",
        description: "Sends nothing.",
        tags,
        params: idParameter,
        body: backfillRequest,
        response: { 200: backfillPreview },
      },
    },
    async ({ params, body }) => {
      const preview = await backfills.preview(params.id, body);
      return { ...preview, schedules: [...preview.schedules] };
    },
  );

  server.post(
    "/periodic-tasks/:id/backfills",
    {
      config: { permission: "periodic-tasks.run" },
      schema: {
        summary: "Run a periodic task for every nominal time of a stretch that has passed",
        description:
          "Each of its schedules as it was at that time; runs carry that time as `nominalAt`, and use the periodic task's options of today. Times for which a run was sent are left out unless `includeSent` asks for them, so that one that was interrupted can be begun again. `perMinute` spreads their beginnings. Answers 409 `backfill_too_large` beyond `cap`.",
        tags,
        params: idParameter,
        body: backfillRequest,
        response: { 201: backfillReport },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await backfills.run(request.params.id, request.body, askerOf(request).by)),
  );

  server.delete(
    "/periodic-tasks/:id/drift",
    {
      config: edit,
      schema: {
        summary: "Return a periodic task to the code that defines it",
        description:
          "Everything becomes as code had it when it was last applied; schedules that were added here are removed. Answers 409 `not_from_code` where code does not define it.",
        tags,
        params: idParameter,
        response: { 200: periodicTaskView },
      },
    },
    async (request) => {
      await code.returnToCode(request.params.id, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.post(
    "/periodic-tasks/:id/runs",
    {
      config: { permission: "periodic-tasks.run" },
      schema: {
        summary: "Run a periodic task now, or later",
        description:
          'With all of its options, as a run of it like any other. Answers 409 `overlap` where its overlap rule allows no other run; `overlap: "allow"` overrides it.',
        tags,
        params: idParameter,
        body: runNow.nullish(),
        response: { 201: runSummary },
      },
    },
    async (request, reply) => {
      const id = await requests.runNow(request.params.id, request.body ?? {}, askerOf(request));
      return reply.code(201).send(runSummaryOf(await runs.get(id)));
    },
  );
}
