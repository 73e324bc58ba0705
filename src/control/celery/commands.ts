import type { Json } from "../../base/json.ts";
import { type Command, type CommandParts, NO_REPLY } from "./command-parts.ts";
import { controlling } from "./control-commands.ts";
import { inspecting } from "./inspect-commands.ts";
import type { PidboxRequest } from "./pidbox.ts";
import { errorReply, exceptionRepr } from "./python-error.ts";

const commands: ReadonlyMap<string, Command> = new Map(Object.entries({ ...inspecting, ...controlling }));

/** Whether a command changes something, for the log. */
export function changesSomething(method: string): boolean {
  return Object.hasOwn(controlling, method) && method !== "heartbeat" && method !== "election";
}

/** Carries a command out and says what is replied; undefined: nothing. Never fails. */
export async function carryOut(request: PidboxRequest, parts: CommandParts): Promise<Json | undefined> {
  const command = commands.get(request.method);
  if (command === undefined) return { error: exceptionRepr("KeyError", request.method) };
  try {
    const reply = await command(request.arguments, parts);
    return reply === NO_REPLY ? undefined : reply;
  } catch (error) {
    return errorReply(error);
  }
}
