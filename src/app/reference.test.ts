import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LEASE_MS, RENEW_EVERY_MS } from "../control/process-registry.ts";
import { LOST_ATTEMPTS_LIMIT } from "../run/run-options.ts";
import { DEFAULT_TIME_LIMIT_MS } from "../task/task-options.ts";
import { environmentSettings } from "./config-check.ts";
import { acceptedAt, defaultAt, settingPaths } from "./config-words.ts";

const source = readFileSync(new URL("./config.ts", import.meta.url), "utf8");

/** `npx vitest run src/app/reference.test.ts -u` writes the page anew. */
test("the reference of the settings tells what their types tell", async () => {
  await expect(reference()).toMatchFileSnapshot("../../docs/reference/settings.md");
});

test.each(settingPaths())("%s tells its default and its environment variable as they are", (path) => {
  const text = commentOf(path);
  const byDefault = defaultAt(path.split("."));
  if (typeof byDefault === "string") expect(text).toContain(`Default: \`"${byDefault}"\``);
  if (typeof byDefault === "number") {
    const ways = [byDefault.toLocaleString("en"), String(byDefault), inWords(byDefault)];
    expect(
      ways.some((way) => text.includes(`Default: ${way}.`)),
      `${text} names ${ways.join(" or ")}`,
    ).toBe(true);
  }
  const variable = environmentSettings.find((setting) => setting.path.join(".") === path)?.variable;
  expect(/Environment: `(\w+)`/.exec(text)?.[1]).toBe(variable);
});

function inWords(ms: number): string {
  return ms % 86_400_000 === 0 ? `${ms / 86_400_000} days` : `${ms / 3_600_000} hours`;
}

function reference(): string {
  const head = [
    "# Settings",
    "What `hyoshi.config.ts` hands to `defineConfig`. `hyoshi check` reports everything that is wrong with it at once.",
    "`DATA_DIR` is the folder of the SQLite file unless the settings give an absolute path; default: the configuration's folder. An environment variable wins over the file; an empty one counts as absent.",
    `Fixed, and so no settings: an attempt ends after ${DEFAULT_TIME_LIMIT_MS / 3_600_000} hours unless its task or periodic task says otherwise; a process's lease lasts ${LEASE_MS / 1000} s and is renewed each ${RENEW_EVERY_MS / 1000} s; a run is lost after ${LOST_ATTEMPTS_LIMIT} attempts that ended with their workers.`,
  ];
  const settings = settingPaths().flatMap((path) => [
    `## ${path}`,
    commentOf(path),
    `Accepts ${acceptedAt(path.split(".")).replaceAll("|", "\\|")}.`,
  ]);
  return `${[...head, ...settings].join("\n\n")}\n`;
}

const interfaces: Readonly<Record<string, string>> = {
  brokerOptions: "BrokerOptions",
  resultOptions: "ResultOptions",
  celery: "CelerySettings",
  worker: "WorkerSettings",
  admin: "AdminSettings",
  retention: "RetentionSettings",
  shell: "ShellSettings",
};

/** The comment of a setting in the source of its type. */
function commentOf(path: string): string {
  const [group = "", name] = path.split(".");
  const type = name === undefined ? "HyoshiConfig" : (interfaces[group] ?? group);
  const body = new RegExp(`interface ${type} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? "";
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*readonly ${name ?? group}\\?*:`).exec(body)?.[1];
  if (comment === undefined) throw new Error(`'${path}' has no comment in ${type}`);
  return comment
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}
