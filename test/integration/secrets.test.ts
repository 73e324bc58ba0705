import { afterAll, beforeAll, expect, it } from "vitest";
import type { Running } from "../support/project.ts";
import { createWorkerProject, type WorkerProject } from "../support/worker-project.ts";

const tasks = `
import { map, registerSecret, task } from "hyoshi";
const schema = (properties) => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      value.token === "refused" ? { issues: [{ message: "token 'refused' is refused" }] } : { value },
    jsonSchema: { input: () => ({ type: "object", properties }), output: () => ({ type: "object", properties }) },
  },
});
const secret = { type: "string", secret: true };
export const use = task("app.use", {
  input: schema({ token: secret, user: { type: "string" } }),
  output: schema({ issued: secret }),
  run: ({ token, user }, context) => {
    registerSecret("registered-value");
    const own = context.secret("found-later");
    context.log.info("token", token, "of", user);
    console.error({ token, own });
    context.log.warn("registered-value");
    context.progress({ current: 1, text: "with " + token });
    if (user === "nobody") throw new Error("no such user: " + token, { cause: new Error(own) });
    return { echoed: token, issued: "a new token", length: token.length };
  },
});
export const each = task("app.each", {
  run: async (_, { send }) => (await send(map(use, [{ token: "open-sesame", user: "ali" }, { token: "second-sesame", user: "eve" }]))).id,
});
export const apart = task("app.apart", {
  input: schema({ token: secret }),
  pool: "processes",
  run: ({ token }, { log }) => {
    log.info("apart", token);
    return { token, length: token.length };
  },
});
export const keyed = task("app.keyed", {
  input: schema({ token: secret }),
  concurrency: {
    limit: 1,
    key: ({ token }) => {
      if (token.startsWith("hyoshi:")) throw new Error("the key was made of a sealed text");
      return "one";
    },
  },
  run: ({ token }) => token.length,
});
`;

let stage: WorkerProject;
let worker: Running;
beforeAll(async () => {
  const config = `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app"], shell: {} });\n`;
  stage = await createWorkerProject({ "hyoshi.config.ts": config, "app/tasks.ts": tasks });
  worker = stage.project.start(["worker"]);
  await worker.says("is at work");
});
afterAll(() => stage.close());

const send = async (task: string, input: object) => {
  const sent = await stage.project.run(["send", task, "--input", JSON.stringify(input), "--json"]);
  return { ...sent, id: sent.code === 0 ? (JSON.parse(sent.stdout) as { id: string }).id : "" };
};
/** Everything that the database holds as text. */
const everything = (): string => {
  const tables = stage.db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  return tables.map(({ name }) => JSON.stringify(stage.db.prepare(`select * from "${name}"`).all())).join("\n");
};

it("keeps a declared secret sealed, hands it to the task open, and masks it in what the run writes", async () => {
  const { id } = await send("app.use", { token: "open-sesame", user: "ali" });
  const run = await stage.ended(id);
  expect(run).toMatchObject({
    state: "succeeded",
    payload: { input: { token: expect.stringContaining("hyoshi:sealed:"), user: "ali" } },
    result: { echoed: "[secret]", issued: "[secret]", length: 11 },
    progress: { text: "with [secret]" },
  });
  const log = await stage.log(id);
  expect(log).toContain("INFO token [secret] of ali");
  expect(log).toContain("ERROR { token: '[secret]', own: '[secret]' }");
  expect(log).toContain("WARN [secret]");
  expect(everything()).not.toMatch(/open-sesame|registered-value|found-later|a new token/);
});

it("masks them in the error and its causes, and in what its schema says of it", async () => {
  const { id } = await send("app.use", { token: "open-sesame", user: "nobody" });
  const run = await stage.ended(id);
  expect(run).toMatchObject({ state: "failed", error: { message: "no such user: [secret]" } });
  expect(run.error?.stack).toContain("Caused by: Error: [secret]");
  expect(everything()).not.toMatch(/open-sesame|found-later/);
});

it("does the same where the task is executed in a process of its own", async () => {
  const { id } = await send("app.apart", { token: "open-sesame" });
  expect(await stage.ended(id)).toMatchObject({ state: "succeeded", result: { token: "[secret]", length: 11 } });
  expect(await stage.log(id)).toContain("INFO apart [secret]");
});

it("does the same for each call of a map", async () => {
  const { id } = await send("app.each", {});
  const { result: mapId } = await stage.ended(id);
  expect(await stage.ended(String(mapId))).toMatchObject({
    state: "succeeded",
    result: [
      { echoed: "[secret]", length: 11 },
      { echoed: "[secret]", length: 13 },
    ],
  });
  expect(await stage.log(String(mapId))).toContain("INFO token [secret] of eve");
  expect(everything()).not.toMatch(/open-sesame|second-sesame/);
});

it("opens it before a limit's key is made of the input", async () => {
  const { id } = await send("app.keyed", { token: "open-sesame" });
  expect(await stage.ended(id)).toMatchObject({ state: "succeeded", result: 11 });
});

it("opens nothing that was sealed for another task", async () => {
  const { id } = await send("app.use", { token: "open-sesame", user: "ali" });
  const { payload } = await stage.ended(id);
  const { token } = (payload as { input: { token: string } }).input;
  const stolen = await stage.ended(
    await stage.send("hyoshi.shell", {
      payload: { input: { command: "env", env: { A: token }, secrets: { B: token } } },
    }),
  );
  expect(stolen).toMatchObject({ state: "failed", error: { code: "secret_unreadable" } });
});

it("gives a command its secrets as variables, and masks them in its output", async () => {
  const { id } = await send("hyoshi.shell", {
    command: 'echo "$PASSWORD"; echo "$PASSWORD" >&2; printf %s "$PASSWORD" | wc -c',
    secrets: { PASSWORD: "correct-horse" },
  });
  expect(await stage.ended(id)).toMatchObject({ state: "succeeded" });
  const lines = (await stage.log(id)).split("\n").map((line) => line.slice(13));
  expect(lines.sort()).toEqual(["", "INFO 13", "INFO [secret]", "WARN [secret]"]);
  expect(everything()).not.toContain("correct-horse");
});
