import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Caller, openTestAdmin, type TestAdmin, testPassword } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
let web: string;
beforeEach(async () => {
  web = mkdtempSync(join(tmpdir(), "hyoshi-web-"));
  mkdirSync(join(web, "assets"));
  const page = '<base href="__BASE_PATH__"><meta nonce="__CSP_NONCE__"><script src="./assets/main-Ab12.js"></script>';
  writeFileSync(join(web, "index.html"), page);
  writeFileSync(join(web, "assets", "main-Ab12.js"), "export {}");
  writeFileSync(join(web, "hyoshi.svg"), "<svg/>");
  admin = await openTestAdmin({ webRoot: web });
  root = await admin.withToken("admin");
});
afterEach(async () => {
  await admin.close();
  rmSync(web, { recursive: true });
});

const json = { "content-type": "application/json" };
const post = (payload: string | Buffer, headers: Record<string, string> = json, url = "/api/v1/groups") =>
  admin.server.inject({ method: "POST", url, payload, headers: { ...root.headers, ...headers } });

describe("bodies", () => {
  test("what is not JSON is refused and says where it stops being JSON", async () => {
    for (const payload of ["{", '{"name":}', "name=x", "[1,]", '{"a":1}}', "undefined", "\u0000"]) {
      const answer = await post(payload);
      expect(answer.statusCode, payload).toBe(400);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
      expect(answer.json(), payload).toMatchObject({
        status: 400,
        code: "malformed_json",
        type: "urn:hyoshi:error:malformed_json",
      });
    }
  });

  test("JSON of another kind than an object is refused by its schema", async () => {
    for (const payload of ["null", "[]", "1", '"x"', "true", ""]) {
      const answer = await post(payload);
      expect(answer.statusCode, payload).toBe(422);
      expect(answer.json().errors, payload).toMatchObject([{ path: "" }]);
    }
  });

  test("keys that would reach into the prototype are refused", async () => {
    for (const payload of ['{"name":"x","__proto__":{"a":1}}', '{"name":"x","constructor":{"prototype":{"a":1}}}']) {
      expect((await post(payload)).statusCode).toBe(400);
    }
  });

  test("nesting beyond any use is refused before anything walks into it", async () => {
    for (const depth of [101, 100_000]) {
      const answer = await post(`{"name":"x","x":${"[".repeat(depth)}${"]".repeat(depth)}}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().code).toBe("nested_too_deep");
    }
  });

  test("text and numbers that no database keeps as they are, are refused with their path", async () => {
    const answer = await post('{"name":"a\\u0000b","permissions":["\\ud800"],"version":1e999}');
    expect(answer.statusCode).toBe(422);
    expect(
      answer
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(["/name", "/permissions/0", "/version"]);
  });

  test("another content type than JSON is refused", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "nonsense",
    ]) {
      const answer = await post("name=x", { "content-type": type });
      expect(answer.statusCode, type).toBe(415);
      expect(answer.json().code).toBe("unsupported_media_type");
    }
  });

  test("a body over 1 MiB is refused", async () => {
    const answer = await post(JSON.stringify({ name: "x".repeat(1_048_576) }));
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ code: "too_large" });
  });

  test.each(["announced", "chunked"])(
    "a body of 100 MB (%s) is refused without being read into memory",
    async (kind) => {
      await admin.server.listen({ host: "127.0.0.1", port: 0 });
      const { port } = admin.server.server.address() as AddressInfo;
      const before = process.memoryUsage();
      const part = Buffer.alloc(65_536, 97);
      const total = 100 * 1024 * 1024;
      let sent = 0;
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { ...root.headers, ...json, ...(kind === "announced" ? { "content-length": total } : {}) };
        const request = httpRequest({ port, method: "POST", path: "/api/v1/groups", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        let answered = false;
        request.on("response", () => {
          answered = true;
        });
        request.on("error", (error) => (answered ? undefined : reject(error)));
        const more = () => {
          while (sent < total && !answered && !request.destroyed) {
            sent += part.length;
            if (!request.write(part)) return void request.once("drain", more);
          }
        };
        more();
      });
      expect(status).toBe(413);
      expect(sent).toBeLessThan(total);
      const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
      expect(grown).toBeLessThan(20 * 1024 * 1024);
    },
  );

  test("without credentials the body is not even looked at", async () => {
    const answer = await admin.server.inject({ method: "POST", url: "/api/v1/groups", payload: "{", headers: json });
    expect(answer.statusCode).toBe(401);
  });
});

describe("addresses", () => {
  test("an unknown one is 404, a wrong method 405 with the methods that there are", async () => {
    const unknown = await root.call("GET", "/nothing");
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toMatchObject({ status: 404, code: "not_found" });
    const wrong = await root.call("PUT", "/groups");
    expect(wrong.statusCode).toBe(405);
    expect(wrong.json().code).toBe("method_not_allowed");
    expect(wrong.headers.allow).toBe("GET, HEAD, POST");
    expect((await root.call("GET", "/me/password")).statusCode).toBe(405);
  });

  test("an id that cannot be one is an address at which there is nothing", async () => {
    for (const id of ["0", "-1", "1.5", "abc", "1e3", "99999999999999999999", "%00", "%F0%9F%A6%80", "x".repeat(900)]) {
      const answer = await root.call("GET", `/users/${id}`);
      expect(answer.statusCode, id).toBe(404);
    }
    expect((await root.call("GET", "/users/%zz")).statusCode).toBe(400);
  });

  test("a list's parameters are checked, each fault with its name", async () => {
    const answer = await root.call("GET", "/users?limit=0&count=maybe");
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "invalid_query" });
    expect(answer.json().errors.map(({ path }: { path: string }) => path)).toEqual(["?limit", "?count"]);
    for (const query of ["limit=x", "limit=201", "limit=1&limit=2", `after=${"x".repeat(501)}`, "after=a%00b"]) {
      expect((await root.call("GET", `/users?${query}`)).statusCode, query).toBeGreaterThanOrEqual(400);
      expect((await root.call("GET", `/users?${query}`)).statusCode, query).toBeLessThan(500);
    }
  });

  test("a cursor that is not of this list is refused", async () => {
    const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const cursor of ["x", "!!", text([1]), text({}), text(["a", "b"]), text([null])]) {
      const answer = await root.call("GET", `/users?after=${encodeURIComponent(cursor)}`);
      expect(answer.statusCode, cursor).toBe(400);
      expect(answer.json().code).toBe("invalid_cursor");
    }
  });
});

describe("hosts", () => {
  const get = (host: string) => admin.server.inject({ url: "/api/v1/openapi.json", headers: { host } });

  test("this machine's names serve on any port; others are refused", async () => {
    for (const host of ["localhost", "LOCALHOST:3000", "127.0.0.1:8000", "[::1]:9"]) {
      expect((await get(host)).statusCode, host).toBe(200);
    }
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "localhost:80:80",
      "a@localhost",
      "127.0.0.1.nip.example",
    ]) {
      const answer = await get(host);
      expect(answer.statusCode, host).toBe(421);
      expect(answer.json().code).toBe("host_not_allowed");
    }
  });

  test("a host that only the header of an untrusted proxy names is not believed", async () => {
    const headers = { host: "evil.example", "x-forwarded-host": "localhost" };
    expect((await admin.server.inject({ url: "/", headers })).statusCode).toBe(421);
  });
});

describe("the front-end", () => {
  const get = (url: string, headers = {}) => admin.server.inject({ url, headers });

  test("every address that is not the API's answers the page, with base path and a fresh nonce", async () => {
    const [first, second] = [await get("/"), await get("/models/tapp_a.counter")];
    for (const answer of [first, second]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["content-type"]).toContain("text/html");
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.body).toContain('<base href="/">');
      const [, nonce] = /nonce="([^"]+)"/.exec(answer.body) ?? [];
      const policy = String(answer.headers["content-security-policy"]);
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
    }
    expect(first.body).not.toBe(second.body);
  });

  test("hashed files may be kept for ever, the others are asked for again", async () => {
    const asset = await get("/assets/main-Ab12.js");
    expect(asset.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(asset.headers["content-type"]).toContain("javascript");
    expect(asset.headers["x-content-type-options"]).toBe("nosniff");
    const icon = await get("/hyoshi.svg");
    expect(icon.headers["content-type"]).toContain("image/svg+xml");
    expect(icon.headers["cache-control"]).toBe("no-cache");
    expect((await get("/assets/gone-00.js")).statusCode).toBe(404);
    expect((await get("/assets/..%2findex.html")).statusCode).toBe(404);
    expect((await get("/assets/../../../../etc/passwd")).body).not.toContain("root:");
    expect((await get("/api/v1x")).statusCode).toBe(404);
  });

  test("the API answers with a policy under which nothing loads", async () => {
    const answer = await get("/api/v1/openapi.json");
    expect(answer.headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});

test("below a base path everything moves, cookie and page included", async () => {
  const below = await openTestAdmin({ basePath: "/cron", webRoot: web });
  const answer = await below.nobody.call("POST", "/session", { username: "admin", password: testPassword });
  expect(answer.cookies[0]?.path).toBe("/cron");
  expect((await below.server.inject("/cron/runs")).body).toContain('<base href="/cron/">');
  expect((await below.server.inject("/cron")).headers.location).toBe("/cron/");
  expect((await below.server.inject("/api/v1/session")).statusCode).toBe(404);
  expect((await below.server.inject("/cron/api/v1/session")).statusCode).toBe(401);
  await below.close();
});

test("a fault of ours is answered with an id and nothing else, and the log has the rest", async () => {
  const lines: { id?: string; stack?: string }[] = [];
  const note = (fields: object) => void lines.push(fields);
  const logger = { debug() {}, info() {}, warn: note, error: note, child: () => logger };
  const faulty = await openTestAdmin({}, { logger });
  const caller = await faulty.withToken("admin");
  faulty.accounts.users.list = () => Promise.reject(new Error("select password_hash from user: no such table"));
  const answer = await caller.call("GET", "/users");
  expect(answer.statusCode).toBe(500);
  const { detail, text, ...rest } = answer.json();
  expect(text.en).not.toContain("password_hash");
  expect(rest).toEqual({
    type: "urn:hyoshi:error:internal",
    title: "Internal Server Error",
    status: 500,
    code: "internal",
  });
  expect(detail).not.toContain("password_hash");
  const [line] = lines;
  expect(detail).toContain(line?.id);
  expect(line?.stack).toContain("no such table");
  await faulty.close();
});
