import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { policyForPage } from "./content-security-policy.ts";

/** The build of the front-end inside the package; the same path from the sources as from the built package. */
export const packagedWebRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));

const A_YEAR_MS = 365 * 86_400_000;

/**
 * Serves the front-end's files below `base` (`""` or `/path`), and its page for every other address, since those are the page's own
 * routes. The page gets its base path and, for each answer, a fresh nonce.
 */
export function serveFrontEnd(server: FastifyInstance, { base, webRoot }: { base: string; webRoot: string }): void {
  const config = { permission: "public" } as const;
  server.register(fastifyStatic, { root: webRoot, serve: false });

  server.get(`${base}/assets/*`, { config, schema: { hide: true } }, (request, reply) => {
    const path = `assets/${(request.params as { "*": string })["*"]}`;
    if (!isFile(webRoot, path)) return reply.callNotFound();
    // Their names carry a hash of their content.
    return reply.sendFile(path, { maxAge: A_YEAR_MS, immutable: true });
  });

  server.get(`${base}/*`, { config, schema: { hide: true } }, async (request, reply) => {
    const path = (request.params as { "*": string })["*"];
    if (/^api(\/|$)/.test(path)) return reply.callNotFound();
    const isTopLevelFile = /^[\w-]+(\.[\w-]+)+$/.test(path) && path !== "index.html";
    if (isTopLevelFile && isFile(webRoot, path)) {
      reply.header("cache-control", "no-cache");
      return reply.sendFile(path, { cacheControl: false });
    }
    return sendPage(request, reply, base, webRoot);
  });

  if (base !== "") {
    server.get(base, { config, schema: { hide: true } }, (_request, reply) => reply.redirect(`${base}/`));
  }
}

async function sendPage(request: FastifyRequest, reply: FastifyReply, base: string, webRoot: string): Promise<unknown> {
  const index = join(webRoot, "index.html");
  if (!isFile(webRoot, "index.html")) {
    reply.code(503).type("text/plain; charset=utf-8");
    return `The admin's front-end is not built: run "npm run build" (${request.method} ${base}/api/v1 works without it).\n`;
  }
  const nonce = randomBytes(16).toString("base64");
  const page = (await readFile(index, "utf8"))
    .replaceAll("__BASE_PATH__", `${escaped(base)}/`)
    .replaceAll("__CSP_NONCE__", nonce);
  reply.header("content-security-policy", policyForPage(nonce));
  reply.header("cache-control", "no-store");
  return reply.type("text/html; charset=utf-8").send(page);
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function isFile(root: string, path: string): boolean {
  if (path.split(/[/\\]/).includes("..")) return false;
  const file = join(root, path);
  return existsSync(file) && statSync(file).isFile();
}
