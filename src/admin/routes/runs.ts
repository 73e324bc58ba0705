import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { HyoshiError } from "../../base/error.ts";
import { oneOf } from "../../base/fault-words.ts";
import { type LineFilter, linesOfChunk, textOfChunk } from "../../catalog/log-line.ts";
import type { RunListing } from "../../catalog/run-listing.ts";
import type { RunSearch, SearchReport } from "../../catalog/run-searches.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { askerOf } from "../asker.ts";
import {
  logLevel,
  logLines,
  logPage,
  page,
  type RunState,
  rerun,
  runQuery,
  runSearch,
  runState,
  runSummary,
  runTree,
  runView,
  searchReport,
  sendRun,
} from "../contract.ts";
import { given, pageViewOf } from "../views/page-view.ts";
import { runTreeOf } from "../views/run-tree-view.ts";
import { runSummaryOf, runViewOf } from "../views/run-view.ts";

const tags = ["runs"];
const view = { permission: "runs.view" } as const;
const params = z.object({ id: z.string().min(1).max(500) });

/** Chunks of at most 64 KiB in one answer. */
const CHUNKS = 20;
const lineFilter = z.object({
  /** Of this level and above. */
  level: logLevel.optional(),
  attempt: z.coerce.number().int().min(1).max(1_000_000).optional(),
});
const logQuery = z.object({
  /** `next` of the answer before; default: from the beginning. */
  after: z.coerce.number().int().min(-1).max(Number.MAX_SAFE_INTEGER).default(-1),
});

export function registerRuns(server: AdminServer, { catalog }: AdminApp): void {
  const { requests, runs, searches, families } = catalog;
  const seen = async (id: string) => runSummaryOf(await runs.get(id));
  /** With `dryRun` nothing is done but counting. */
  const answerSearch = async (
    { cap, dryRun, ...asked }: z.output<typeof runSearch>,
    act: (search: RunSearch, cap: number) => Promise<SearchReport>,
  ) => {
    const search = searchOf(asked);
    const report = dryRun ? await searches.count(search, cap) : await act(search, cap);
    return { ...report, failures: [...report.failures] };
  };

  server.get(
    "/runs",
    {
      config: view,
      schema: {
        summary: "List runs, the newest first",
        description:
          "`state` takes several with commas between them; `since` and `until` are about the time of sending. `q` is a run's id, or part of the task's name, the input, the result or the error. What no index leads to (`q`, `queue`) is sought in a bounded stretch: a page may then hold fewer than `limit` although `next` leads on.",
        tags,
        querystring: runQuery,
        response: { 200: page(runSummary) },
      },
    },
    async ({ query }) => {
      const { q, state, count, unhandled, limit, periodicTaskId, task, queue, since, until, after } = query;
      const text = q?.trim();
      const found = await runs.list({
        ...given({ periodicTaskId, task, queue, since, until, after, states: statesOf(state) }),
        ...(text ? { text } : {}),
        ...(count === "true" && { count: true }),
        ...(unhandled === "true" && { unhandled: true }),
        limit,
      });
      return pageViewOf(found, runSummaryOf);
    },
  );

  server.post(
    "/runs",
    {
      config: { permission: "runs.send" },
      schema: {
        summary: "Send a task by its name",
        description:
          "A run of a task that nobody announces waits until a worker has it; the answer's `warnings` say so.",
        tags,
        body: sendRun,
        response: { 201: runSummary },
      },
    },
    async (request, reply) => reply.code(201).send(await seen(await requests.send(request.body, askerOf(request)))),
  );

  server.post(
    "/run-searches/reruns",
    {
      config: { permission: "runs.send" },
      schema: {
        summary: "Run all again that a search finds",
        description:
          "Each as it was sent, the newest `cap` of them. With `dryRun` nothing is sent, and the answer says how many it would be. What cannot be sent is among `failures`, and keeps no other back.",
        tags,
        body: runSearch,
        response: { 200: searchReport },
      },
    },
    (request) => answerSearch(request.body, (search, cap) => searches.rerun(search, cap, askerOf(request))),
  );

  server.post(
    "/run-searches/settings-aside",
    {
      config: { permission: "runs.send" },
      schema: {
        summary: "Set all aside that a search finds",
        description: "They wait for nobody any more, and are no longer found with `unhandled`. They stay in the list.",
        tags,
        body: runSearch,
        response: { 200: searchReport },
      },
    },
    (request) => answerSearch(request.body, (search, cap) => searches.setAside(search, cap, askerOf(request))),
  );

  server.get(
    "/runs/:id/tree",
    {
      config: view,
      schema: {
        summary: "The family that a run belongs to",
        description: "From its first run on, with what a canvas has yet to send; at most 1,000 lines.",
        tags,
        params,
        response: { 200: runTree },
      },
    },
    async (request) => runTreeOf(await families.tree(request.params.id)),
  );

  server.get(
    "/runs/:id",
    { config: view, schema: { summary: "A run", tags, params, response: { 200: runView } } },
    async (request) => runViewOf(await runs.get(request.params.id)),
  );

  server.post(
    "/runs/:id/reruns",
    {
      config: { permission: "runs.send" },
      schema: {
        summary: "Run it again",
        description:
          "`sent` as it was sent, `current` as its periodic task is today. Answers 409 `overlap` where the periodic task's overlap rule allows no other run.",
        tags,
        params,
        body: rerun.nullish(),
        response: { 201: runSummary },
      },
    },
    async (request, reply) => {
      const { definition } = request.body ?? { definition: "sent" as const };
      return reply.code(201).send(await seen(await requests.rerun(request.params.id, definition, askerOf(request))));
    },
  );

  server.put(
    "/runs/:id/cancellation",
    {
      config: { permission: "runs.cancel" },
      schema: {
        summary: "Cancel a run",
        description:
          "A waiting one is cancelled; a running one is asked to stop (202), and its children with it. Answers 409 `run_finished` when it had ended.",
        tags,
        params,
        response: { 200: runSummary, 202: runSummary },
      },
    },
    async (request, reply) => {
      const state = await requests.cancel(request.params.id, viewerOf(request));
      return reply.code(state === "running" ? 202 : 200).send(await seen(request.params.id));
    },
  );

  server.put(
    "/runs/:id/termination",
    {
      config: { permission: "runs.terminate" },
      schema: {
        summary: "End a run by force",
        description:
          "It is over at once, and its worker is fenced: whatever that still does is not recorded as the run's. Answers 409 `run_finished` when it had ended.",
        tags,
        params,
        response: { 200: runSummary },
      },
    },
    async (request) => {
      await requests.terminate(request.params.id, viewerOf(request));
      return seen(request.params.id);
    },
  );

  server.get(
    "/runs/:id/logs",
    {
      config: view,
      schema: {
        summary: "What a run wrote, in chunks",
        description: "Ask again with `after` set to `next`, until `complete`.",
        tags,
        params,
        querystring: logQuery,
        response: { 200: logPage },
      },
    },
    async (request) => {
      const part = await runs.log(request.params.id, request.query.after + 1, CHUNKS);
      return {
        items: part.items.map(({ chunk, attempt, firstLine, at, text }) => ({ chunk, attempt, firstLine, at, text })),
        next: part.next - 1,
        complete: part.complete,
      };
    },
  );

  server.get(
    "/runs/:id/log-lines",
    {
      config: view,
      schema: {
        summary: "What a run wrote, line by line, of a level or an attempt",
        description: "Ask again with `after` set to `next`, until `complete`.",
        tags,
        params,
        querystring: logQuery.extend(lineFilter.shape),
        response: { 200: logLines },
      },
    },
    async ({ params: { id }, query: { after, ...filter } }) => {
      const part = await runs.log(id, after + 1, CHUNKS);
      return {
        items: part.items.flatMap((chunk) => linesOfChunk(chunk, filter)),
        next: part.next - 1,
        complete: part.complete,
      };
    },
  );

  server.get(
    "/runs/:id/log.txt",
    {
      config: view,
      schema: {
        summary: "What a run wrote, as a file",
        tags,
        params,
        querystring: lineFilter,
        response: { 200: { description: "The log", content: { "text/plain": { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // Asked once before the answer begins, so that a run that is not there is still a 404.
      await runs.log(id, 0, 1);
      return sendLog(reply as FastifyReply, runs, id, request.query);
    },
  );
}

function sendLog(reply: FastifyReply, runs: RunListing, id: string, filter: LineFilter): FastifyReply {
  const name = id.replace(/[^A-Za-z0-9._-]/g, "_");
  return reply
    .type("text/plain; charset=utf-8")
    .header("content-disposition", `attachment; filename="${name}.log"`)
    .send(Readable.from(wholeLog(runs, id, filter)));
}

async function* wholeLog(runs: RunListing, id: string, filter: LineFilter): AsyncGenerator<string> {
  for (let from = 0; ; ) {
    const { items, next } = await runs.log(id, from, CHUNKS);
    for (const chunk of items) yield textOfChunk(chunk, filter);
    if (items.length < CHUNKS) return;
    from = next;
  }
}

function searchOf({ q, state, unhandled, ...rest }: Omit<z.output<typeof runSearch>, "cap" | "dryRun">): RunSearch {
  const text = q?.trim();
  const { periodicTaskId, task, queue, since, until } = rest;
  return {
    ...given({ periodicTaskId, task, queue, since, until, states: statesOf(state) }),
    ...(text ? { text } : {}),
    ...(unhandled && { unhandled }),
  };
}

function statesOf(text: string | undefined): RunState[] | undefined {
  if (text === undefined || text === "") return undefined;
  return text.split(",").map((part) => {
    const state = runState.safeParse(part.trim());
    if (state.success) return state.data;
    const accepted = runState.options.join(", ");
    throw new HyoshiError("invalid_query", `there is no state '${part.trim()}': expected some of ${accepted}`, {
      fields: { path: "?state", accepted, text: oneOf(runState.options) },
    });
  });
}
