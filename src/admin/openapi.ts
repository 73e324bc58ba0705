import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema, RouteOptions } from "fastify";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";
import type { Access } from "./access.ts";
import type { AdminApp } from "./admin-app.ts";
import { SESSION_COOKIE } from "./authentication.ts";
import { problem } from "./contract.ts";

/** What each route tells of itself; `description` is added to what is said of its permission. */
declare module "fastify" {
  interface FastifySchema {
    hide?: boolean;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    operationId?: string;
  }
}

const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig: { target: "draft-2020-12" } });

/** Collects the routes that are registered from here on into an OpenAPI 3.1 document. */
export function describeApi(server: FastifyInstance, { config }: AdminApp): void {
  server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: `${config.projectName}: hyoshi`,
        version: config.version,
        description: [
          "Everything that the admin does. Instants are integer milliseconds since the epoch, durations integer milliseconds.",
          "Lists answer `{items, next}`; `next` is the cursor for `?after=`, null on the last page. Errors are RFC 9457 problems.",
        ].join("\n\n"),
      },
      components: {
        securitySchemes: {
          session: {
            type: "apiKey",
            in: "cookie",
            name: SESSION_COOKIE,
            description:
              "From `POST /session`; what is not GET also needs the header `x-csrf-token` with its `csrfToken`.",
          },
          token: { type: "http", scheme: "bearer", description: "From `hyoshi createtoken` or `POST /tokens`." },
        },
      },
    },
    transform: (given) => toJsonSchema({ ...given, schema: described(given.schema, given.route) }),
  });
}

/** Adds what follows from a route's permission, so that no route has to say it twice. */
function described(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const access = route.config?.permission ?? "signed-in";
  const description = [schema.description, accessText(access)].filter((text) => text !== undefined).join("\n\n");
  const response = {
    ...(schema.response as object),
    default: { description: "A problem", content: { "application/problem+json": { schema: problem } } },
  };
  const security = access === "public" ? [] : [{ session: [] }, { token: [] }];
  return { ...schema, description, response, security } as FastifySchema;
}

function accessText(access: Access): string {
  if (access === "public") return "Needs no credentials.";
  if (access === "signed-in") return "Needs somebody who is signed in.";
  if (typeof access === "string") return `Needs the permission \`${access}\`.`;
  return `Needs the permission \`model.{name}.${access.model}\`.`;
}
