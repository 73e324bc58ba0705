import type { ProvidedContext } from "vitest";
import type { TestProject } from "vitest/node";
import { messageOf } from "../../src/base/error.ts";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { startPostgresServer } from "./postgres-server.ts";
import { type SharedServer, shared } from "./shared-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The tests' server, or why there is none. */
    postgres: { readonly url: string; readonly template: string } | { readonly reason: string };
  }
}

const TEMPLATE = "hyoshi_template";

/** Starts the server, and makes the database that each test file's own is a copy of. Where there is none, the tests that need it fail. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { provided, done } = await shared("postgres", start);
  project.provide("postgres", provided);
  return done;
}

function start(): SharedServer<ProvidedContext["postgres"]> {
  const starting = startPostgresServer();
  return {
    stop: () =>
      starting.then(
        (server) => server.stop(),
        () => {},
      ),
    provided: starting.then(
      async ({ url }) => ({ url, template: await makeTemplate(url) }),
      (error: unknown) => ({ reason: messageOf(error) }),
    ),
  };
}

async function makeTemplate(url: string): Promise<string> {
  const server = await openPostgresDatabase({ url, applicationName: "test" });
  await server.hot.query({ text: `create database ${TEMPLATE}` });
  await server.close();
  const made = await openPostgresDatabase({ url: databaseUrl(url, TEMPLATE), applicationName: "test" });
  try {
    await made.migrate();
  } finally {
    await made.close();
  }
  return TEMPLATE;
}

function databaseUrl(url: string, name: string): string {
  return url.replace(/\/postgres$/, `/${name}`);
}
