/** Found from the repository: the project's own folder lies elsewhere. */
const zod = JSON.stringify(import.meta.resolve("zod"));

/** A project with what an operator meets at night: a queue of its own, a secret, a command, failures, and a canvas. */
export const operationsProject: Readonly<Record<string, string>> = {
  "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({
  apps: ["./ops"],
  projectName: "Night shift",
  queues: ["default", "mail"],
  shell: {},
});
`,
  "ops/tasks.ts": `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chord, group, signature, task } from "hyoshi";
import { z } from ${zod};

export const mail = task("ops.mail", {
  queue: "mail",
  input: z.object({ n: z.number().default(1) }),
  run: async ({ n }) => n,
});
/** Ends when the test says so, by a file beside the database. */
export const part = task("ops.part", {
  input: z.object({ n: z.number() }),
  run: async ({ n }, { signal }) => {
    while (!existsSync("go")) await sleep(50, undefined, { signal });
    return n;
  },
});
export const sum = task("ops.sum", {
  input: z.object({ parts: z.array(z.number()) }),
  run: async ({ parts }) => parts.reduce((a, b) => a + b, 0),
});
export const tree = task("ops.tree", {
  run: async (_input, { send }) => {
    await send(chord(group([signature(part, { n: 1 }), signature(part, { n: 2 })]), signature(sum, {}, { into: "parts" })));
  },
});
export const wait = task("ops.wait", {
  run: async (_input, { signal }) => {
    await sleep(600_000, undefined, { signal });
  },
});
export const fails = task("ops.fails", {
  run: async () => {
    throw new Error("the bank is down");
  },
});
export const levels = task("ops.levels", {
  retry: { limit: 1, delayMs: 10 },
  run: async (_input, { log, attempt }) => {
    log.debug(\`attempt \${attempt} looks\`);
    log.warn(\`attempt \${attempt} is slow\`);
    log.error(\`attempt \${attempt} gives up\`);
    throw new Error("no paper");
  },
});
export const sync = task("ops.sync", {
  input: z.object({ account: z.string(), token: z.string().meta({ secret: true }) }),
  run: async ({ account, token }, { log }) => {
    log.info(\`signs in to \${account} with \${token}\`);
    return { length: token.length };
  },
});
`,
};
