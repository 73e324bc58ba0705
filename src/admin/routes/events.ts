import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { HyoshiError } from "../../base/error.ts";
import { may } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { isStillSignedIn } from "../authentication.ts";
import { ChangeHub } from "../change-hub.ts";
import type { Permission } from "../contract.ts";

const MOST_TOPICS = 50;
const KEEP_ALIVE_MS = 15_000;
/** A client that reads nothing for so long is not there any more. */
const MOST_UNREAD = 65_536;

/** Of topics that are not here anybody who is signed in is told: they say that something changed, and not what. */
const needed: Readonly<Record<string, Permission>> = {
  "periodic-tasks": "periodic-tasks.view",
  "periodic-task": "periodic-tasks.view",
  schedules: "periodic-tasks.view",
  firings: "periodic-tasks.view",
  runs: "runs.view",
  run: "runs.view",
  workers: "workers.view",
  "dead-letters": "runs.view",
};

const query = z.object({
  /** With commas between them. */
  topics: z
    .string()
    .min(1)
    .max(5_000)
    .transform((text) => [...new Set(text.split(",").filter((topic) => topic !== ""))])
    .pipe(z.array(z.string().max(600)).max(MOST_TOPICS)),
});

export function registerEvents(server: AdminServer, app: AdminApp): void {
  const hub = new ChangeHub(app);
  const open = new Set<() => void>();
  server.addHook("preClose", async () => {
    for (const end of [...open]) end();
  });

  server.get(
    "/events",
    {
      // A HEAD would wait for ever.
      exposeHeadRoute: false,
      config: { permission: "signed-in" },
      schema: {
        summary: "Be told what has changed",
        description:
          'Server-sent events named `changed`, whose data is `{"topics": [...]}`: hints to read again. Topics: `periodic-tasks`, `periodic-task:ID`, `schedules`, `firings`, `runs`, `run:ID`, `tasks`, `workers`, `queues`, `dead-letters`, `health`, `overview`, `changes`, `model:NAME`. The stream ends with the session.',
        tags: ["events"],
        querystring: query,
        response: { 200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } } },
      },
    },
    (request, reply) => {
      const topics = request.query.topics.filter((topic) => {
        const permission = needed[topic.split(":", 1)[0] ?? ""];
        return permission === undefined || may(request, permission);
      });
      if (topics.length === 0) {
        throw new HyoshiError("forbidden", "the permissions for what these topics are about are missing");
      }
      stream(request, reply, topics);
    },
  );

  function stream(request: FastifyRequest, reply: FastifyReply, topics: readonly string[]): void {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...headersOf(reply),
      "content-type": "text/event-stream; charset=utf-8",
      // A proxy that gathers what it passes on would hold the events back.
      "x-accel-buffering": "no",
    });
    const write = (text: string) => {
      if (raw.writableLength > MOST_UNREAD) end();
      else raw.write(text);
    };
    write(": connected\n\n");
    const stopListening = hub.listen(topics, (changed) => {
      write(`event: changed\ndata: ${JSON.stringify({ topics: changed })}\n\n`);
    });
    const stillThere = async () => {
      if (!(await isStillSignedIn(request, app).catch(() => true))) return end();
      write(": still there\n\n");
      stopTimer = app.clock.after(KEEP_ALIVE_MS, () => void stillThere());
    };
    let stopTimer = app.clock.after(KEEP_ALIVE_MS, () => void stillThere());
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      stopListening();
      stopTimer();
      open.delete(end);
      raw.end();
    };
    open.add(end);
    raw.on("close", end);
    raw.on("error", end);
  }
}

function headersOf(reply: FastifyReply): Record<string, string | string[]> {
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === "number" ? String(value) : value] as const],
  );
  return Object.fromEntries(headers);
}
