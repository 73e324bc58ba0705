import { didYouMean } from "../base/did-you-mean.ts";
import { configSchema } from "./config-schema.ts";
import { configWarnings } from "./config-warnings.ts";
import { acceptedAt, keysAt, type Path } from "./config-words.ts";
import { type ConfigSurroundings, type Fail, resolveSettings } from "./resolve-settings.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

export interface ConfigProblem {
  readonly severity: "error" | "warning";
  /** The setting's path, such as `admin.port`; empty for the file as a whole. */
  readonly setting: string;
  readonly text: string;
}

export interface CheckedSettings {
  /** Undefined when a problem is an error. */
  readonly config: ResolvedConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** The settings that an environment variable gives, instead of the file. */
export const environmentSettings: readonly { variable: string; path: Path; number?: true }[] = [
  { variable: "DATABASE_URL", path: ["database"] },
  { variable: "BROKER_URL", path: ["broker"] },
  { variable: "RESULT_BACKEND_URL", path: ["results"] },
  { variable: "HYOSHI_SECRET_KEY", path: ["secretKey"] },
  { variable: "HOST", path: ["admin", "host"] },
  { variable: "PORT", path: ["admin", "port"], number: true },
  { variable: "HYOSHI_LOG_LEVEL", path: ["logLevel"] },
];

/**
 * Merges what the file gives with the environment and the defaults, and finds everything that is wrong with it, not only
 * the first: errors, with which nothing may run, apart from warnings.
 */
export function checkConfig(options: unknown, surroundings: ConfigSurroundings): CheckedSettings {
  const problems: ConfigProblem[] = [];
  const broken = new Set<string>();
  const fail = (setting: string, text: string) => {
    broken.add(setting);
    problems.push({ severity: "error", setting, text });
  };

  if (!isPlainObject(options)) {
    fail("", `the configuration is ${quoted(options)}: expected an object of settings, as defineConfig takes it`);
    return { config: undefined, problems };
  }
  const { raw, variables } = withEnvironment(options, surroundings.env);
  const checked = parse(raw, variables, fail);
  if (checked === undefined) return { config: undefined, problems };
  const config = resolveSettings(checked, surroundings, fail, broken);
  for (const warning of configWarnings(config)) problems.push({ severity: "warning", ...warning });
  const failed = problems.some(({ severity }) => severity === "error");
  return { config: failed ? undefined : frozen(config), problems };
}

/** A copy with the environment's values in their places, and which of them came from which variable. */
function withEnvironment(options: Readonly<Record<string, unknown>>, env: ConfigSurroundings["env"]) {
  const raw: Record<string, unknown> = { ...options };
  const variables = new Map<string, string>();
  for (const { variable, path, number } of environmentSettings) {
    const text = env[variable];
    if (text === undefined || text === "") continue;
    const value = number && /^\s*\d+\s*$/.test(text) ? Number(text) : text;
    const [first = "", second] = path.map(String);
    const group = raw[first];
    if (second === undefined) raw[first] = value;
    else if (group === undefined || isPlainObject(group)) raw[first] = { ...group, [second]: value };
    variables.set(path.join("."), variable);
  }
  return { raw, variables };
}

/**
 * Parses, reports each offending value, and goes on with what is left after taking those out: so the later checks, of
 * values against each other, find their problems in the same pass.
 */
function parse(raw: Record<string, unknown>, variables: ReadonlyMap<string, string>, fail: Fail) {
  let rest: unknown = raw;
  // Nested lists show their next problem only in the next round; each round takes something out, and three are the depth.
  for (let round = 0; round < 5; round += 1) {
    const parsed = configSchema.safeParse(rest);
    if (parsed.success) return parsed.data;
    const offending: Path[] = [];
    for (const issue of parsed.error.issues) {
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) {
          offending.push([...issue.path, key]);
          fail(formatPath([...issue.path, key]), unknownSetting(issue.path, key));
        }
      } else {
        // A list loses the whole element that has the problem.
        const element = issue.path.findIndex((key) => typeof key === "number");
        offending.push(element === -1 ? issue.path : issue.path.slice(0, element + 1));
        const setting = formatPath(issue.path);
        fail(setting, wrongValue(issue.path, valueAt(rest, issue.path), variables.get(setting)));
      }
    }
    rest = without(rest, offending);
    // The one setting without a default.
    if (isPlainObject(rest) && rest.apps === undefined) rest = { ...rest, apps: [] };
  }
  return undefined;
}

function unknownSetting(group: Path, key: string): string {
  const known = keysAt(group);
  const where = group.length === 0 ? "" : ` in '${formatPath(group)}'`;
  const hint = didYouMean(key, known) || `: expected ${known.join(", ")}`;
  return `setting '${key}'${where} is not known${hint}`;
}

function wrongValue(path: Path, value: unknown, variable: string | undefined): string {
  const origin = variable === undefined ? `setting '${formatPath(path)}'` : `environment variable ${variable}`;
  return `${origin} is ${quoted(value)}: expected ${acceptedAt(path)}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

function quoted(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "function") return "a function";
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** A copy without the values at `paths`; an element of a list is taken out of it. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return {};
  const here = new Set(paths.filter((path) => path.length === 1).map(([key]) => String(key)));
  const below = (key: string) =>
    paths.filter((path) => path.length > 1 && String(path[0]) === key).map((p) => p.slice(1));
  if (Array.isArray(value)) {
    return value
      .map((item, index) => (below(String(index)).length > 0 ? without(item, below(String(index))) : item))
      .filter((_item, index) => !here.has(String(index)));
  }
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !here.has(key))
      .map(([key, item]) => [key, below(key).length > 0 ? without(item, below(key)) : item]),
  );
}

/** Freezes the settings; apps' modules are the program's own and stay as they are. */
function frozen(config: ResolvedConfig): ResolvedConfig {
  for (const part of Object.values(config)) {
    if (typeof part === "object" && part !== null) Object.freeze(part);
  }
  return Object.freeze(config);
}
