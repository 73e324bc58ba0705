import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { neededPermission } from "../../../src/admin/access.ts";
import type { ListedRoute } from "../../../src/admin/route-list.ts";
import { createAdminServer } from "../../../src/admin/server.ts";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let routes: readonly ListedRoute[];
beforeAll(async () => {
  admin = await openTestAdmin();
  routes = admin.server.routeList.all().filter(({ url, hidden }) => url.startsWith("/api/v1/") && !hidden);
});
afterAll(() => admin.close());

const parameters = { name: "tapp_a.counter", id: "1" };
const pathOf = ({ url }: ListedRoute) =>
  url.replace("/api/v1", "").replace(/:(\w+)/g, (_, name) => (parameters as Record<string, string>)[name] ?? "1");

function call(caller: Caller, route: ListedRoute) {
  const hasBody = route.method === "POST" || route.method === "PUT";
  return caller.call(route.method as "GET", pathOf(route), hasBody ? {} : undefined);
}

test("there are routes to look at", () => {
  expect(routes.length).toBeGreaterThan(25);
});

test("without credentials every route but the public ones answers 401", async () => {
  for (const route of routes) {
    const answer = await call(admin.nobody, route);
    const name = `${route.method} ${route.url}`;
    if (route.permission === "public") expect(answer.statusCode, name).not.toBe(401);
    else expect(answer.statusCode, name).toBe(401);
  }
});

test("a user without the permission is answered 403 on every route that needs one, by session and by token", async () => {
  await admin.addUser("powerless");
  const callers = [await admin.signIn("powerless"), await admin.withToken("powerless")];
  for (const route of routes) {
    if (route.permission === "public" || route.permission === "signed-in") continue;
    for (const caller of callers) {
      const answer = await call(caller, route);
      expect(answer.statusCode, `${route.method} ${route.url}`).toBe(403);
      if (route.method !== "HEAD") expect(answer.json()).toMatchObject({ status: 403, code: "forbidden" });
    }
  }
});

test("a user with just the permission is let in", async () => {
  for (const [index, route] of routes.entries()) {
    const permission = route.permission && neededPermission(route.permission, parameters);
    // A user without known permissions beyond the models' has to be made by the store: models are not known here.
    if (permission === undefined || permission.startsWith("model.")) continue;
    if (route.method === "DELETE" || route.url.endsWith("/events")) continue;
    const name = `holder${index}`;
    await admin.addUser(name, [permission]);
    const answer = await call(await admin.withToken(name), route);
    expect(answer.statusCode, `${route.method} ${route.url}`).not.toBe(401);
    if (answer.statusCode === 403)
      expect(answer.json().detail).not.toContain(`does not hold the permission '${permission}'`);
  }
});

test("a route that changes something refuses the cookie without the CSRF token", async () => {
  const signedIn = await admin.signIn("admin");
  const cookie = { cookie: signedIn.headers.cookie ?? "" };
  for (const route of routes) {
    if (route.method === "GET" || route.method === "HEAD" || route.permission === "public") continue;
    const answer = await admin.nobody.call(route.method as "POST", pathOf(route), {}, cookie);
    expect(answer.json().code, `${route.method} ${route.url}`).toBe("csrf_failed");
  }
});

test("a route that declares no permission stops the server from starting", async () => {
  const server = createAdminServer(admin.app);
  expect(() => server.get("/api/v1/forgotten", () => "open")).toThrow(/declares no permission/);
  await server.close();
});

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is read here as what it is, JSON.
type Document = any;

test("the OpenAPI document is 3.1 and describes every route with summary, tags, security and answers", async () => {
  const answer = await admin.nobody.call("GET", "/openapi.json");
  expect(answer.statusCode).toBe(200);
  const document: Document = answer.json();
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  let operations = 0;
  for (const route of routes) {
    if (route.method === "HEAD") continue;
    const path = route.url.replace(/:(\w+)/g, "{$1}");
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    const name = `${route.method} ${path}`;
    expect(operation, name).toBeDefined();
    operations += 1;
    expect(operation.summary, name).toMatch(/^[A-Z]/);
    expect(operation.tags, name).not.toHaveLength(0);
    expect(operation.description, name).toMatch(/Needs/);
    expect(operation.security, name).toHaveLength(route.permission === "public" ? 0 : 2);
    expect(Object.keys(operation.responses), name).toContain("default");
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith("2")),
      name,
    ).toBe(true);
    const declared = (operation.parameters ?? [])
      .filter((parameter: Document) => parameter.in === "path")
      .map((parameter: Document) => parameter.name);
    expect(declared, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter));
    if (route.method === "POST" || route.method === "PUT") expect(operation, name).toBeDefined();
  }
  const described = Object.values(document.paths).flatMap((path) => Object.keys(path as object));
  expect(described).toHaveLength(operations);
});

test("every schema of the OpenAPI document is valid JSON Schema 2020-12, and its references lead somewhere", async () => {
  const document: Document = (await admin.nobody.call("GET", "/openapi.json")).json();
  const ajv = new Ajv2020({ strict: false, logger: false });
  let schemas = 0;
  const visit = (value: Document): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value) && typeof value.schema === "object") {
      schemas += 1;
      expect(ajv.validateSchema(value.schema), JSON.stringify(ajv.errors)).toBe(true);
      for (const [, reference] of JSON.stringify(value.schema).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
        const parts = (reference ?? "").split("/");
        const found = parts.reduce((place: Document, part) => place?.[part], document);
        const inside = parts.reduce((place: Document, part) => place?.[part], value.schema);
        expect(found ?? inside, reference).toBeDefined();
      }
    }
    for (const part of Object.values(value)) visit(part);
  };
  visit(document.paths);
  expect(schemas).toBeGreaterThan(50);
});
