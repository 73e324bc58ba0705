import { parseDefinition } from "../../schedule/definition.ts";
import { type ScheduleAndRest, splitCommand, splitSchedule, splitSetting } from "./crontab-line.ts";

/** Whether each line names a user before its command, as in /etc/crontab and /etc/cron.d. */
export type UserField = "auto" | "yes" | "no";

interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A line that runs a command. */
export interface CrontabJob extends Place {
  readonly kind: "job";
  readonly expression: string;
  readonly user: string | null;
  readonly command: string;
  readonly stdin: string | null;
  /** CRON_TZ where it is set: the zone of the times. */
  readonly zone: string | null;
  /** RANDOM_DELAY: so many minutes at most are waited after the time. */
  readonly delayMinutes: number | null;
  readonly mailTo: string | null;
  /** What the command finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The comments directly above. */
  readonly comment: string;
  /** The line is commented out. */
  readonly commentedOut: boolean;
  readonly notes: readonly string[];
}

/** A line that cannot be taken over, and why. */
export interface CrontabFault extends Place {
  readonly kind: "fault";
  readonly reason: string;
}

export interface CrontabFile {
  readonly entries: readonly (CrontabJob | CrontabFault)[];
  readonly hasUserField: boolean;
  /** How it was known; undefined where nothing told, and the lines were read without one. */
  readonly userFieldKnownBy: "option" | "path" | "header" | "users" | undefined;
}

/** Settings of cron itself; everything else is the commands' environment. */
const OWN_SETTINGS = new Set("CRON_TZ MAILTO MAILFROM CONTENT_TYPE CONTENT_TRANSFER_ENCODING RANDOM_DELAY".split(" "));

/** Reads a crontab as cron does. Never fails: a line that makes no sense is an entry of its own. */
export function parseCrontabFile(text: string, { path = "", userField = "auto" as UserField } = {}): CrontabFile {
  const lines = text.split(/\r?\n/).map((raw, index): Place => ({ line: index + 1, text: raw.trim() }));
  const { hasUserField, userFieldKnownBy } = knowUserField(lines, path, userField);
  const settings = new Map<string, string>();
  const entries: (CrontabJob | CrontabFault)[] = [];
  let comments: string[] = [];
  for (const place of lines) {
    const read = readLine(place.text, hasUserField);
    switch (read.kind) {
      case "comment":
        comments.push(read.text);
        continue;
      case "setting":
        settings.set(read.name, read.value);
        break;
      case "fault":
        entries.push({ ...place, kind: "fault", reason: read.reason });
        break;
      case "job": {
        const comment = described(comments);
        const job = { ...place, ...read, ...settingsOf(settings), comment };
        entries.push(job);
        break;
      }
    }
    comments = [];
  }
  return { entries, hasUserField, userFieldKnownBy };
}

type Read =
  | { readonly kind: "nothing" }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "setting"; readonly name: string; readonly value: string }
  | { readonly kind: "fault"; readonly reason: string }
  | ({ readonly kind: "job" } & Pick<
      CrontabJob,
      "expression" | "user" | "command" | "stdin" | "commentedOut" | "notes"
    >);

function readLine(text: string, hasUserField: boolean): Read {
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("#")) {
    const inside = text.replace(/^#+[ \t]*/, "");
    const job = readJob(inside, hasUserField);
    if (job?.kind === "job" && isJob(inside, job.expression)) return { ...job, commentedOut: true };
    return { kind: "comment", text: inside.trimEnd() };
  }
  const setting = splitSetting(text);
  if (setting !== undefined) return { kind: "setting", ...setting };
  return (
    readJob(text, hasUserField) ?? {
      kind: "fault",
      reason: "is neither a setting nor five fields with a command",
    }
  );
}

function readJob(text: string, hasUserField: boolean): Read | undefined {
  // SUSE's cron takes a minus in front for "do not log".
  const quiet = text.startsWith("-");
  const split = splitSchedule(quiet ? text.slice(1) : text);
  if (split === undefined) return undefined;
  if ("name" in split) {
    const reason =
      split.name === "@reboot"
        ? "@reboot runs once at the start of cron, which is no time: start it with the host's services"
        : `${split.name} is no name of a schedule that is known here`;
    return { kind: "fault", reason };
  }
  const { user, rest } = userOf(split, hasUserField);
  const { command, stdin } = splitCommand(rest);
  if (command === "") {
    return { kind: "fault", reason: user === null ? "has no command" : `names the user '${user}' and no command` };
  }
  return {
    kind: "job",
    expression: split.expression,
    user,
    command,
    stdin,
    commentedOut: false,
    notes: quiet
      ? [...split.notes, "the minus in front keeps cron from logging: runs are always recorded"]
      : split.notes,
  };
}

function userOf({ rest }: ScheduleAndRest, hasUserField: boolean): { user: string | null; rest: string } {
  if (!hasUserField) return { user: null, rest };
  const [, user = "", after = ""] = /^(\S+)[ \t]*(.*)$/.exec(rest) ?? [];
  return { user, rest: after };
}

/** Prose may begin with five words that could be fields; and the heads that distributions write are no jobs. */
function isJob(text: string, expression: string): boolean {
  if (/\bcommand( to be executed)?$/i.test(text)) return false;
  try {
    parseDefinition({ kind: "crontab", expression, days: "or" });
    return true;
  } catch {
    return false;
  }
}

const HEAD =
  /^(m|min|minute)\s+(h|hour)\s+(dom|day|mday)\s+(mon|month)\s+(dow|wday|weekday)\s+(user(-?name)?\s+)?command/i;
const DRAWING = /^([.|*'`\s-]*[.|*'`-]+\s*)(minute|hour|day of|month|\(|$)/i;

/** A comment that tells of the line below it, and not of how crontabs are written. */
function described(comments: readonly string[]): string {
  const told = comments.filter(
    (line) =>
      !HEAD.test(line) &&
      !DRAWING.test(line) &&
      !/^Example of job definition|^DO NOT EDIT THIS FILE|\bcommand to be executed$/i.test(line),
  );
  return told.join("\n").trim();
}

function settingsOf(settings: ReadonlyMap<string, string>) {
  const delay = settings.get("RANDOM_DELAY");
  return {
    zone: settings.get("CRON_TZ") || null,
    delayMinutes: delay !== undefined && /^\d+$/.test(delay) && Number(delay) > 0 ? Number(delay) : null,
    mailTo: settings.get("MAILTO") || null,
    env: Object.fromEntries([...settings].filter(([name]) => !OWN_SETTINGS.has(name))),
  };
}

/** Names that are no command's. */
const USERS = new Set(["root", "nobody", "daemon", "www-data", "postgres", "jenkins", "ubuntu", "debian"]);

function knowUserField(
  lines: readonly Place[],
  path: string,
  asked: UserField,
): Pick<CrontabFile, "hasUserField" | "userFieldKnownBy"> {
  if (asked !== "auto") return { hasUserField: asked === "yes", userFieldKnownBy: "option" };
  if (/\/etc\/(crontab$|cron\.d\/)/.test(path)) return { hasUserField: true, userFieldKnownBy: "path" };
  if (/\/spool\/cron\//.test(path)) return { hasUserField: false, userFieldKnownBy: "path" };
  const head = lines.map(({ text }) => HEAD.exec(text.replace(/^#+\s*/, ""))).find((match) => match != null);
  if (head != null) return { hasUserField: head[6] !== undefined, userFieldKnownBy: "header" };
  const sixth = lines.flatMap(({ text }) => {
    const split = text.startsWith("#") || splitSetting(text) !== undefined ? undefined : splitSchedule(text);
    return split === undefined ? [] : [split.rest.split(/\s+/, 2)];
  });
  const isNamed = ([user = "", command]: readonly string[]) => USERS.has(user) && command !== undefined;
  if (sixth.length > 0 && sixth.every(isNamed)) return { hasUserField: true, userFieldKnownBy: "users" };
  return { hasUserField: false, userFieldKnownBy: undefined };
}
