import { Command } from "commander";
import { HyoshiError } from "../../base/error.ts";
import { choosePassword } from "../choose-password.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import type { Terminal } from "../terminal.ts";

interface SuperuserOptions {
  readonly username?: string;
  readonly ifMissing?: true;
  readonly input: boolean;
}

export function createsuperuserCommand(terminal: Terminal): Command {
  return new Command("createsuperuser")
    .description("make a user who may do everything")
    .option("--username <name>", "the name to sign in with (default: HYOSHI_ADMIN_USERNAME, or admin)")
    .option("--if-missing", "do nothing where that user is there already")
    .option("--no-input", "never ask")
    .addHelpText(
      "after",
      "\nThe password comes from HYOSHI_ADMIN_PASSWORD, or is asked for; where nobody can be asked, a random one is made\nand printed once.",
    )
    .action((options: SuperuserOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ accounts }) => {
        const username = options.username ?? (await chooseName(terminal, options.input));
        if ((await accounts.users.findByName(username)) !== undefined) {
          if (options.ifMissing) {
            terminal.out(`user '${username}' is there already\n`);
            return;
          }
          throw new HyoshiError(
            "username_taken",
            `user '${username}' is there already: choose another name, or set its password with 'hyoshi changepassword ${username}'`,
          );
        }
        const { password, generated } = await choosePassword(terminal, { ask: options.input });
        const nobody = { displayName: "", email: "", groupIds: [], permissions: [] };
        await accounts.users.create({ ...nobody, username, password, active: true, superuser: true }, operator());
        terminal.out(`made the superuser '${username}'\n`);
        if (generated) terminal.out(`password: ${password}\n(it is not shown again)\n`);
      }),
    );
}

async function chooseName(terminal: Terminal, ask: boolean): Promise<string> {
  const name = terminal.env.HYOSHI_ADMIN_USERNAME || "admin";
  if (!ask || !terminal.canAsk) return name;
  const { input } = await import("@inquirer/prompts");
  return input({ message: "Username", default: name });
}
