import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { WireSignature } from "../message/task-message.ts";

/** What a signature is made of ("Canvas" in Celery's user guide): one task, or several in an order of theirs. */
export type SignatureKind = "task" | "chain" | "group" | "chord";

/** Maps and star maps are tasks: they are sent and executed as they are. Chunks are a group, see {@link unchunked}. */
export function kindOf(signature: WireSignature): SignatureKind {
  const { subtask_type: type } = signature;
  return type === "chain" || type === "group" || type === "chord" ? type : "task";
}

export const argsOf = ({ args }: WireSignature): readonly Json[] => (Array.isArray(args) ? args : []);
export const kwargsOf = ({ kwargs }: WireSignature): JsonObject => objectOf(kwargs);
export const taskOf = ({ task }: WireSignature): string => (typeof task === "string" ? task : "");

/** Without those that are null, which count as absent. */
export function optionsOf({ options }: WireSignature): JsonObject {
  return withoutNulls(objectOf(options));
}

export function withoutNulls(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
}

/** The steps of a chain in the order of their execution, or the members of a group. */
export function tasksOf(signature: WireSignature): readonly WireSignature[] {
  return signaturesOf(kwargsOf(signature).tasks);
}

/** A chord's header as a group, whether it is one or a list. */
export function headerOf(chord: WireSignature): WireSignature {
  const { header } = kwargsOf(chord);
  if (isJsonObject(header ?? null) && kindOf(header as WireSignature) === "group") return header as WireSignature;
  return groupOf(signaturesOf(header));
}

export function bodyOf(chord: WireSignature): WireSignature | undefined {
  const { body } = kwargsOf(chord);
  return isJsonObject(body ?? null) ? (body as WireSignature) : undefined;
}

/** A list of signatures, or one that stands for a list of one. */
export function signaturesOf(value: Json | undefined): readonly WireSignature[] {
  if (Array.isArray(value)) return value.filter(isJsonObject);
  return isJsonObject(value ?? null) ? [value as WireSignature] : [];
}

export function idOf(signature: WireSignature): string | undefined {
  const { task_id: id } = optionsOf(signature);
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** The id of the run that ends a signature: of a chain the last step's, of a chord its body's. */
export function lastIdOf(signature: WireSignature): string | undefined {
  const kind = kindOf(signature);
  if (kind === "task") return idOf(signature);
  if (kind === "group") return undefined;
  const last = kind === "chain" ? tasksOf(signature).at(-1) : bodyOf(signature);
  return (last === undefined ? undefined : lastIdOf(last)) ?? idOf(signature);
}

export function withOptions(signature: WireSignature, options: JsonObject): WireSignature {
  return { ...signature, options: { ...objectOf(signature.options), ...options } };
}

export function withKwargs(signature: WireSignature, kwargs: JsonObject): WireSignature {
  return { ...signature, kwargs: { ...kwargsOf(signature), ...kwargs } };
}

/** With callbacks or errbacks added behind its own. */
export function withLinks(
  signature: WireSignature,
  name: "link" | "link_error",
  links: readonly WireSignature[],
): WireSignature {
  if (links.length === 0) return signature;
  return withOptions(signature, { [name]: [...signaturesOf(optionsOf(signature)[name]), ...links] });
}

export function groupOf(tasks: readonly WireSignature[]): WireSignature {
  return composite("group", { tasks });
}

export function chordOf(header: WireSignature, body: WireSignature): WireSignature {
  return composite("chord", { header, body, kwargs: {} });
}

function composite(kind: Exclude<SignatureKind, "task">, kwargs: JsonObject): WireSignature {
  return { task: `celery.${kind}`, args: [], kwargs, options: {}, subtask_type: kind, immutable: false };
}

/** Chunks as what they are sent as: a group of star maps, each over up to `n` of the items. Anything else is left as it is. */
export function unchunked(signature: WireSignature): WireSignature {
  if (taskOf(signature) !== "celery.chunks") return signature;
  const { task = null, it, n } = kwargsOf(signature);
  const items = Array.isArray(it) ? it : [];
  const size = typeof n === "number" && n >= 1 ? Math.floor(n) : 1;
  const parts = Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
  const maps = parts.map((part) => ({
    task: "celery.starmap",
    args: [],
    kwargs: { task, it: part },
    options: {},
    subtask_type: "xstarmap",
    immutable: true,
  }));
  return { ...groupOf(maps), options: objectOf(signature.options) };
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value ?? null) ? (value as JsonObject) : {});
