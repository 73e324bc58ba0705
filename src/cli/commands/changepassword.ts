import { Command } from "commander";
import { choosePassword } from "../choose-password.ts";
import { findUser } from "../find-user.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import type { Terminal } from "../terminal.ts";

export function changepasswordCommand(terminal: Terminal): Command {
  return new Command("changepassword")
    .description("set a user's password and end the user's sessions")
    .argument("<user>", "the name that the user signs in with")
    .option("--no-input", "never ask")
    .addHelpText(
      "after",
      "\nThe password comes from HYOSHI_ADMIN_PASSWORD, or is asked for; where nobody can be asked, a random one is made\nand printed once.",
    )
    .action((username: string, { input }: { input: boolean }, command: Command) =>
      withApp(terminal, command, {}, async ({ accounts }) => {
        const user = await findUser(accounts, username);
        const { password, generated } = await choosePassword(terminal, { ask: input });
        await accounts.users.setPassword(user.id, password, operator());
        terminal.out(`changed the password of '${user.username}'; the user's sessions have ended\n`);
        if (generated) terminal.out(`password: ${password}\n(it is not shown again)\n`);
      }),
    );
}
