import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../base/json.ts";
import { COUNT_CAP } from "../../base/page.ts";
import type { ModelRecord } from "../../model/record-check.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, record, recordQuery } from "../contract.ts";
import { countOf, idParameter } from "../paging.ts";

const tags = ["models"];
const nameParameter = z.object({ name: z.string() });
const recordParameters = nameParameter.extend(idParameter.shape);

/** Changes with every change of the record, whoever made it. */
const tagOf = (found: ModelRecord): string =>
  `"${createHash("sha256").update(canonicalJson(found)).digest("base64url").slice(0, 22)}"`;

export function registerRecords(server: AdminServer, { records }: AdminApp): void {
  server.get(
    "/models/:name/records",
    {
      config: { permission: { model: "view" } },
      schema: {
        summary: "List a model's records",
        description: [
          "Filters are the model's fields: `?done=true`, and for numbers and times `?due.from=…&due.to=…` (both included). An empty",
          "value asks for null. A field that is called as one of the page's parameters is written with `filter.` before it: `?filter.count=3`.",
        ].join(" "),
        tags,
        params: nameParameter,
        querystring: recordQuery,
        response: { 200: page(record) },
      },
    },
    async ({ params, query }) => {
      const { after, limit } = query;
      const { items, next } = await records.list(params.name, { parameters: query, after, limit });
      const total = query.count === "true" ? await records.count(params.name, query, COUNT_CAP + 1) : undefined;
      return {
        items: [...items],
        next: next ?? null,
        ...(total === undefined ? {} : { count: countOf(total) }),
      };
    },
  );

  server.post(
    "/models/:name/records",
    {
      config: { permission: { model: "add" } },
      schema: {
        summary: "Add a record",
        description: "Fields that are not given get their defaults.",
        tags,
        params: nameParameter,
        body: record,
        response: { 201: record },
      },
    },
    async (request, reply) => {
      const added = await records.add(request.params.name, request.body as ModelRecord, viewerOf(request).name);
      return reply.code(201).header("etag", tagOf(added)).send(added);
    },
  );

  server.get(
    "/models/:name/records/:id",
    {
      config: { permission: { model: "view" } },
      schema: {
        summary: "A record",
        description: "The header `ETag` names its state, for `If-Match`.",
        tags,
        params: recordParameters,
        response: { 200: record },
      },
    },
    async ({ params }, reply) => {
      const found = await records.get(params.name, params.id);
      reply.header("etag", tagOf(found));
      return found;
    },
  );

  server.put(
    "/models/:name/records/:id",
    {
      config: { permission: { model: "change" } },
      schema: {
        summary: "Change a record",
        description: [
          "Fields that are not given are left alone, for tasks may write them meanwhile. With `If-Match`, a record that was changed",
          "since is refused (409), and answered as it is.",
        ].join(" "),
        tags,
        params: recordParameters,
        body: record,
        response: { 200: record },
      },
    },
    async (request, reply) => {
      const { name, id } = request.params;
      const wanted = request.headers["if-match"];
      const isExpected = (before: ModelRecord) => wanted === undefined || wanted === "*" || wanted === tagOf(before);
      const by = viewerOf(request).name;
      const after = await records.edit(name, id, request.body as ModelRecord, by, isExpected);
      reply.header("etag", tagOf(after));
      return after;
    },
  );

  server.delete(
    "/models/:name/records/:id",
    {
      config: { permission: { model: "delete" } },
      schema: { summary: "Delete a record", tags, params: recordParameters, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      await records.remove(request.params.name, request.params.id, viewerOf(request).name);
      return reply.code(204).send();
    },
  );
}
