import { isJsonObject, type Json } from "../base/json.ts";
import { present } from "./present-fields.ts";
import type { Embed, WireSignature } from "./task-message.ts";
import { quoted, unreadable } from "./unreadable.ts";
import { readList, readObject } from "./wire-field.ts";

/** Reads what follows a run (the third element of protocol 2's body). Unknown keys are left out, as Celery leaves them. */
export function readEmbed(embed: { readonly [key: string]: Json }): Embed {
  const callbacks = signatures("callbacks", embed.callbacks);
  const errbacks = signatures("errbacks", embed.errbacks);
  const chain = signatures("chain", embed.chain);
  const chord = embed.chord === undefined || embed.chord === null ? undefined : signature("chord", embed.chord);
  return present<Embed>({ callbacks, errbacks, chain, chord });
}

/** One signature counts as a list of one. */
function signatures(name: string, value: Json | undefined): readonly WireSignature[] | undefined {
  const list = isJsonObject(value ?? null) ? [value ?? null] : readList(name, value);
  return list?.map((item) => signature(name, item));
}

/** Looked through to its end, so that what is sent on when the run has ended is known to make sense. */
function signature(where: string, value: Json): WireSignature {
  if (!isJsonObject(value) || typeof value.task !== "string" || value.task === "")
    throw unreadable(
      "protocol",
      `its '${where}' holds ${quoted(value)}; accepted are signatures: objects with a 'task'`,
    );
  readList(`${where}: args`, value.args);
  const kwargs = readObject(`${where}: kwargs`, value.kwargs) ?? {};
  const options = readObject(`${where}: options`, value.options) ?? {};
  if (value.subtask_type === "chain" || value.subtask_type === "group") signatures(`${where}: tasks`, kwargs.tasks);
  if (value.subtask_type === "chord") {
    signatures(`${where}: header`, kwargs.header);
    if (isJsonObject(kwargs.body ?? null)) signature(`${where}: body`, kwargs.body ?? null);
  }
  for (const link of ["link", "link_error", "chain"] as const) signatures(`${where}: ${link}`, options[link]);
  if (isJsonObject(options.chord ?? null)) signature(`${where}: chord`, options.chord ?? null);
  return value;
}
