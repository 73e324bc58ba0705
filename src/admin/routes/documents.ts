import { z } from "zod";
import { readDocument, writeDocument } from "../../catalog/document/document-text.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { exportQuery, importQuery, importReport, projectDocument } from "../contract.ts";
import { checkValue } from "../json-body.ts";

const tags = ["export"];
const manage = { permission: "project.manage" } as const;
/** A document holds a whole project, and so more than other requests. */
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

export function registerDocuments(server: AdminServer, app: AdminApp): void {
  registerExport(server, app);
  // In a scope of its own, because no other route takes YAML.
  server.register(async (scope) => {
    acceptYaml(scope);
    registerImport(scope, app);
  });
}

/** A file is sent as it is; its text becomes the body that the route's schema then checks. */
function acceptYaml(server: AdminServer): void {
  server.addContentTypeParser("application/yaml", { parseAs: "string" }, (_request, text, done) => {
    try {
      const document = readDocument(text as string);
      checkValue(document);
      done(null, document);
    } catch (fault) {
      done(fault as Error);
    }
  });
}

function registerExport(server: AdminServer, { documents }: AdminApp): void {
  server.get(
    "/export",
    {
      config: manage,
      schema: {
        summary: "Everything that people have set, as one document",
        description:
          "Periodic tasks with their schedules, calendars and pauses; groups too for who holds `users.manage`. Users, passwords, tokens, runs and the ledger are not part of it. `format=yaml` answers text.",
        tags,
        querystring: exportQuery,
        response: { 200: z.union([projectDocument, z.string()]) },
      },
    },
    async (request, reply) => {
      const document = await documents.export(viewerOf(request));
      if (request.query.format === "json") {
        const { calendars, groups, periodicTasks, pauses } = document;
        const parts = { calendars, groups, periodicTasks, pauses };
        return reply.send({
          hyoshi: 1,
          ...Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, [...part]])),
        });
      }
      return reply.type("application/yaml; charset=utf-8").send(writeDocument(document, "yaml"));
    },
  );
}

function registerImport(server: AdminServer, { documents }: AdminApp): void {
  server.post(
    "/import",
    {
      config: manage,
      bodyLimit: LARGEST_DOCUMENT,
      schema: {
        summary: "Take in what an export wrote",
        description:
          "What is there already, by its uid or else its name, becomes as the document has it, and what is not in the document stays. One that is refused does not keep the others from it: the report tells of each. `dryRun=true` only reports what would be done. The body may also be an export's YAML, as `application/yaml`.",
        tags,
        querystring: importQuery,
        body: projectDocument,
        response: { 200: importReport },
      },
    },
    async (request) => {
      const { dryRun, pauses } = request.query;
      const report = await documents.import({
        source: "request",
        document: request.body,
        withPauses: pauses === "true",
        dryRun: dryRun === "true",
        by: viewerOf(request),
      });
      return {
        ...report,
        items: report.items.map(({ fields, notes, ...item }) => ({
          ...item,
          notes: [...notes],
          ...(fields !== undefined && { fields: [...fields] }),
        })),
        notes: [...report.notes],
      };
    },
  );
}
