import { Command } from "commander";
import { findUser } from "../find-user.ts";
import { withApp } from "../open-command-app.ts";
import { operator } from "../operator.ts";
import { timeFromNow } from "../parse-options.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

interface TokenOptions {
  readonly name: string;
  readonly expires?: string;
  readonly json?: true;
}

export function createtokenCommand(terminal: Terminal): Command {
  return new Command("createtoken")
    .description("make a token with which a program calls the API as a user; it is printed once, alone")
    .argument("<user>", "the name that the user signs in with")
    .option("--name <name>", "what it is for, to tell it from others", "command line")
    .option("--expires <time>", "when it ends: 90d, 12h, or an ISO 8601 time with an offset (default: never)")
    .option("--json", "answer in JSON")
    .action((username: string, options: TokenOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ accounts, config }) => {
        const user = await findUser(accounts, username);
        const expiresAt =
          options.expires === undefined ? null : timeFromNow("--expires", options.expires, terminal.clock.now());
        const { token, secret } = await accounts.tokens.create(user.id, { name: options.name, expiresAt }, operator());
        const { id, name } = token;
        answer(terminal, options.json, { id, name, user: user.username, expiresAt, token: secret }, () => secret);
        if (!options.json) {
          const end =
            expiresAt === null ? "it does not expire" : `it ends at ${formatTime(expiresAt, config.timeZone)}`;
          terminal.err(`a token of '${user.username}'; ${end}; it is not shown again\n`);
        }
      }),
    );
}
