import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { type Accounts, createAccounts } from "../../src/account/accounts.ts";
import { hashPassword } from "../../src/account/password.ts";
import { allPermissions, systemActor } from "../../src/account/permission.ts";
import { SqlAccountStore } from "../../src/account/sql/sql-account-store.ts";
import { SqlChangeLog } from "../../src/account/sql/sql-change-log.ts";
import type { AdminApp, AdminConfig } from "../../src/admin/admin-app.ts";
import { defaultHosts } from "../../src/admin/allowed-host.ts";
import type { Problem } from "../../src/admin/contract.ts";
import { createAdminServer } from "../../src/admin/server.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { systemRandom } from "../../src/base/random.ts";
import { ProjectDocuments } from "../../src/catalog/document/project-documents.ts";
import type { AdminModel } from "../../src/model/admin-model.ts";
import { Records } from "../../src/record/records.ts";
import { SqlRecordStore } from "../../src/record/sql/sql-record-store.ts";
import { type AnyTestDatabase, openAnyTestDatabase } from "./any-database.ts";
import { createTestCatalog, type TestCatalog } from "./catalog.ts";
import { FakeClock } from "./fake-clock.ts";

export const testPassword = "correct-horse-battery";
/** Made once: it is slow on purpose. */
let testPasswordHash: Promise<string> | undefined;

type Answer = LightMyRequestResponse;
type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Somebody who calls the API. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  call(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface TestAdmin {
  readonly database: AnyTestDatabase;
  readonly accounts: Accounts;
  readonly clock: FakeClock;
  readonly testCatalog: TestCatalog;
  readonly app: AdminApp;
  readonly server: FastifyInstance;
  /** Without credentials. */
  readonly nobody: Caller;
  /** Makes a user with these permissions. */
  addUser(username: string, permissions?: readonly string[], superuser?: boolean): Promise<number>;
  /** Signs the user in; the caller sends the cookie and the CSRF token. */
  signIn(username: string): Promise<Caller>;
  /** Makes the user's token; the caller sends it. */
  withToken(username: string): Promise<Caller>;
  close(): Promise<void>;
}

/** The admin's server on a fresh database, with a superuser `admin`. Answers are checked against the contract. */
export async function openTestAdmin(
  config: Partial<AdminConfig> = {},
  parts: Partial<AdminApp> = {},
  models: readonly AdminModel[] = [],
): Promise<TestAdmin> {
  const database = await openAnyTestDatabase();
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  const permissions = allPermissions(models.map(({ model }) => model.name));
  const accounts = createAccounts({
    store: new SqlAccountStore(database.db, database.reader),
    changes: new SqlChangeLog(database.reader),
    clock,
    random: systemRandom,
    permissions: () => permissions,
  });
  const testCatalog = createTestCatalog(database, clock);
  const { catalog, wake, topics } = testCatalog;
  const app: AdminApp = {
    accounts,
    catalog,
    definitions: { definitions: [], unread: [] },
    documents: new ProjectDocuments(testCatalog.parts, catalog, accounts),
    wake,
    topics,
    records: new Records(models, new SqlRecordStore(database.db, database.reader), clock),
    clock,
    logger: silentLogger,
    ...parts,
    config: {
      allowedHosts: defaultHosts("127.0.0.1"),
      trustedProxies: [],
      basePath: "/",
      host: "127.0.0.1",
      port: 8000,
      timeZone: "Asia/Tokyo",
      projectName: "test",
      version: "0.0.0",
      secureCookies: "auto",
      checkAnswers: true,
      ...config,
    },
  };
  const server = createAdminServer(app);
  await server.ready();
  const base = app.config.basePath.replace(/\/$/, "");

  const caller = (headers: Readonly<Record<string, string>>): Caller => ({
    headers,
    async call(method, path, body, more = {}) {
      const options: InjectOptions = { method, url: `${base}/api/v1${path}`, headers: { ...headers, ...more } };
      if (body !== undefined) options.payload = body as object;
      const answer = await server.inject(options);
      assertTold(answer);
      return answer;
    },
  });
  const nobody = caller({});

  const addUser = async (username: string, held: readonly string[] = [], superuser = false) => {
    const user = await accounts.users.create(
      {
        username,
        displayName: "",
        email: "",
        active: true,
        superuser,
        groupIds: [],
        permissions: held,
      },
      systemActor("test"),
    );
    testPasswordHash ??= hashPassword(testPassword);
    const password_hash = await testPasswordHash;
    await database.db.updateTable("user").set({ password_hash }).where("id", "=", user.id).execute();
    return user.id;
  };
  await addUser("admin", [], true);

  return {
    database,
    accounts,
    clock,
    testCatalog,
    app,
    server,
    nobody,
    addUser,
    async signIn(username) {
      const answer = await nobody.call("POST", "/session", { username, password: testPassword });
      const { csrfToken } = answer.json();
      const cookie = answer.cookies[0];
      return caller({ cookie: `${cookie?.name}=${cookie?.value}`, "x-csrf-token": csrfToken });
    },
    async withToken(username) {
      const user = await accounts.users.findByName(username);
      const { secret } = await accounts.tokens.create(
        user?.id ?? 0,
        { name: "test", expiresAt: null },
        systemActor("test"),
      );
      return caller({ authorization: `Bearer ${secret}` });
    },
    async close() {
      await server.close();
      await database.close();
    },
  };
}

/** Calls as whoever `caller` answers, and fails unless the answer has this status. Answers the body, parsed. */
export function expecting(caller: () => Caller) {
  return async (method: Method, path: string, status: number, body?: object) => {
    const answer = await caller().call(method, path, body);
    if (answer.statusCode !== status)
      throw new Error(`${method} ${path} was answered with ${answer.statusCode} instead of ${status}: ${answer.body}`);
    return answer.body === "" ? undefined : answer.json();
  };
}

/** Whatever is refused in any test is told to people in both languages, the whole and each of its fields. */
function assertTold(answer: Answer): void {
  if (!String(answer.headers["content-type"]).startsWith("application/problem+json") || answer.body === "") return;
  const { text, code, errors = [] } = answer.json() as Problem;
  for (const told of [{ code, text }, ...errors]) {
    if (told.text !== undefined && told.text.en !== "" && /[\p{sc=Hira}\p{sc=Han}]/u.test(told.text.ja)) continue;
    throw new Error(`there are no words in both languages for ${JSON.stringify(told)}`);
  }
}
