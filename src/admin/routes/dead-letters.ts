import { z } from "zod";
import type { DeadLetter } from "../../run/dead-letter-store.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { type DeadLetterSummary, deadLetterQuery, deadLetterSummary, deadLetterView, page } from "../contract.ts";
import { given, pageViewOf } from "../views/page-view.ts";

const tags = ["dead letters"];
const params = z.object({ id: z.coerce.number().int().min(1) });
/** What they hold is the input of runs. */
const view = { permission: "runs.view" } as const;
const manage = { permission: "workers.manage" } as const;
const done = { 204: z.undefined() };

export function registerDeadLetters(server: AdminServer, { catalog: { deadLetters } }: AdminApp): void {
  server.get(
    "/dead-letters",
    {
      config: view,
      schema: {
        summary: "List refused messages, the newest first",
        tags,
        querystring: deadLetterQuery,
        response: { 200: page(deadLetterSummary) },
      },
    },
    async ({ query: { limit, after, queue } }) =>
      pageViewOf(await deadLetters.list({ limit, ...given({ after, queue }) }), summaryOf),
  );

  server.get(
    "/dead-letters/:id",
    { config: view, schema: { summary: "A refused message", tags, params, response: { 200: deadLetterView } } },
    async ({ params }) => {
      const letter = await deadLetters.get(params.id);
      const { headers, properties, decoded, text = null, body, isCut } = letter;
      return {
        ...summaryOf(letter),
        headers,
        properties: { ...properties },
        ...(decoded !== undefined && { decoded }),
        text,
        body,
        isCut,
      };
    },
  );

  server.delete(
    "/dead-letters/:id",
    { config: manage, schema: { summary: "Remove a refused message", tags, params, response: done } },
    async (request, reply) => {
      await deadLetters.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  server.post(
    "/dead-letters/:id/resend",
    {
      config: manage,
      schema: {
        summary: "Put a refused message into its queue once more, as it came",
        description:
          "It is removed here when the broker has it. Answers 409 `dead_letter_cut` where not all of it was kept.",
        tags,
        params,
        response: done,
      },
    },
    async (request, reply) => {
      await deadLetters.sendAgain(request.params.id);
      return reply.code(204).send();
    },
  );
}

function summaryOf({ id, at, queue, runId, task, code, why, bodyBytes }: DeadLetter): DeadLetterSummary {
  return { id, at, queue, runId: runId ?? null, task: task ?? null, code, why, bodyBytes };
}
