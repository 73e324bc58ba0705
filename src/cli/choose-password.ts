import { randomInt } from "node:crypto";
import type { Terminal } from "./terminal.ts";

export interface ChosenPassword {
  readonly password: string;
  /** Nobody knows it yet: it has to be printed, once. */
  readonly generated: boolean;
}

/** From `HYOSHI_ADMIN_PASSWORD`, else from whoever sits at the terminal, else a random one. */
export async function choosePassword(terminal: Terminal, { ask }: { ask: boolean }): Promise<ChosenPassword> {
  const given = terminal.env.HYOSHI_ADMIN_PASSWORD;
  if (given !== undefined && given !== "") return { password: given, generated: false };
  if (!ask || !terminal.canAsk) return { password: randomPassword(), generated: true };
  const prompts = await import("@inquirer/prompts");
  const password = await prompts.password({
    message: "Password",
    mask: "*",
    validate: (text) => text !== "" || "Type one",
  });
  await prompts.password({
    message: "Password again",
    mask: "*",
    validate: (text) => text === password || "It differs from the first",
  });
  return { password, generated: false };
}

// Without letters and digits that are taken for each other.
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** 24 characters in groups, about 118 random bits: to be typed from a screen. */
function randomPassword(): string {
  const group = () => Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}
