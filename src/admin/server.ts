import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { holds } from "../account/permission.ts";
import { HyoshiError, messageOf } from "../base/error.ts";
import { invalid } from "../base/field-error.ts";
import { demandDeclaredAccess, forbidden, neededPermission } from "./access.ts";
import type { AdminApp } from "./admin-app.ts";
import { isAllowedHost } from "./allowed-host.ts";
import { authenticate, checkCsrfToken, checkOrigin } from "./authentication.ts";
import { POLICY_FOR_DATA } from "./content-security-policy.ts";
import { packagedWebRoot, serveFrontEnd } from "./front-end.ts";
import { acceptJsonBodies, faultOf } from "./json-body.ts";
import { describeApi } from "./openapi.ts";
import { problemOf } from "./problem.ts";
import { RouteList } from "./route-list.ts";
import { registerRoutes } from "./routes.ts";
import { validatorCompiler } from "./validation-problem.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Every route of the server, for `405` and for tests that look at all of them. */
    routeList: RouteList;
  }
}

const BODY_LIMIT = 1_048_576;

/** The admin: API below `<base>/api/v1`, front-end for everything else. It listens when it is told to. */
export function createAdminServer(app: AdminApp): FastifyInstance {
  const { config } = app;
  const base = config.basePath.replace(/\/+$/, "");
  const server = Fastify({
    logger: false,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 1_000 },
    genReqId: () => randomUUID(),
    // A client that sends its request byte by byte holds a connection no longer than this.
    requestTimeout: 30_000,
    // Streams of events never end by themselves.
    forceCloseConnections: true,
    frameworkErrors: (error: FastifyError, request, reply) => sendProblem(error, request, reply, app),
  });
  server.setValidatorCompiler(validatorCompiler);
  // The compiler has proved the answers' types already; reading each again costs more than the query on long lists.
  server.setSerializerCompiler(config.checkAnswers ? serializerCompiler : () => (answer) => JSON.stringify(answer));
  server.decorateRequest("viewer", null);
  server.decorate("routeList", new RouteList());
  acceptJsonBodies(server);

  server.addHook("onRoute", (route) => {
    demandDeclaredAccess(route);
    server.routeList.add(route);
  });
  server.addHook("onRequest", async (request, reply) => {
    reply.header("content-security-policy", POLICY_FOR_DATA);
    if (isAllowedHost(request.host, config.allowedHosts)) return;
    throw new HyoshiError(
      "host_not_allowed",
      `host '${request.host}' is not one of the admin's: add it to admin.allowedHosts in hyoshi.config.ts`,
    );
  });
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, app));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const methods = path.startsWith(`${base}/api/`) ? server.routeList.methodsAt(path) : [];
    const error =
      methods.length === 0
        ? new HyoshiError("not_found", `there is nothing at ${request.method} ${path}`)
        : new HyoshiError("method_not_allowed", `${path} knows ${methods.join(", ")}, not ${request.method}`, {
            fields: { allow: methods.join(", ") },
          });
    sendProblem(error, request, reply, app);
  });

  server.register(cookie);
  server.register(helmet, {
    // Written by hand above: the page's carries a nonce and no other answer needs more than 'none'.
    contentSecurityPolicy: false,
    // Whether every later visit must be over TLS is the proxy's to decide: it is what has the certificate.
    strictTransportSecurity: false,
    referrerPolicy: { policy: "same-origin" },
  });
  server.register(rateLimit, { global: false });
  describeApi(server, app);
  server.register(async (api) => guardAndRegister(api, app), { prefix: `${base}/api/v1` });
  serveFrontEnd(server, { base, webRoot: config.webRoot ?? packagedWebRoot });
  return server;
}

/** Who calls and whether they may is settled before the body is read. */
function guardAndRegister(api: FastifyInstance, app: AdminApp): void {
  api.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    if (request.is404) return;
    checkOrigin(request);
    // A route without a declaration cannot be here; were it, it would need a permission that nobody but a superuser holds.
    const access = request.routeOptions.config.permission ?? "users.manage";
    if (access === "public") return;
    const viewer = await authenticate(request, app);
    if (viewer === undefined) {
      throw new HyoshiError("unauthenticated", "nobody is signed in: sign in, or send a bearer token");
    }
    checkCsrfToken(request, viewer);
    const permission = neededPermission(access, request.params);
    if (permission !== undefined && !holds(viewer, permission)) {
      throw forbidden(viewer, permission);
    }
    request.viewer = viewer;
  });
  api.addHook("preValidation", async (request) => refuseUnkeepableTexts(request));
  const config = { permission: "public" } as const;
  api.get("/openapi.json", { config, schema: { hide: true } }, () => api.swagger());
  registerRoutes(api.withTypeProvider<ZodTypeProvider>(), app);
}

/** Bodies were looked at when they were read. */
function refuseUnkeepableTexts(request: FastifyRequest): void {
  for (const [name, value] of Object.entries((request.query ?? {}) as Record<string, unknown>)) {
    const faults = (Array.isArray(value) ? value : [value]).flatMap((part) => faultOf(part) ?? []);
    if (faults[0] !== undefined) throw invalid([{ path: `?${name}`, ...faults[0] }]);
  }
  for (const value of Object.values((request.params ?? {}) as Record<string, unknown>)) {
    if (faultOf(value) !== undefined) throw new HyoshiError("not_found", "there is nothing at this address");
  }
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, { logger }: AdminApp): void {
  const { body, headers } = problemOf(error, request.id);
  if (body.status >= 500) {
    const stack = error instanceof Error ? error.stack : undefined;
    const details = { id: request.id, method: request.method, url: request.url, error: messageOf(error), stack };
    logger.error(details, `answered ${body.status}: ${messageOf(error)}`);
  }
  reply
    .code(body.status)
    .headers({ "cache-control": "no-store", ...headers })
    .type("application/problem+json")
    .serializer((answer: unknown) => JSON.stringify(answer))
    .send(body);
}
