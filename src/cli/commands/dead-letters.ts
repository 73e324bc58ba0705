import { Command } from "commander";
import { withApp } from "../open-command-app.ts";
import { wholeNumber } from "../parse-options.ts";
import { pairs, table } from "../table.ts";
import { answer, type Terminal } from "../terminal.ts";
import { formatTime } from "../times.ts";

interface ListOptions {
  readonly queue?: string;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

const letterId = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** Messages that workers refused. */
export function deadLettersCommandGroup(terminal: Terminal): Command {
  const group = new Command("dead-letters").description(
    "see the messages that were refused, and what can be done with them",
  );
  const list = new Command("list")
    .description("list refused messages, the newest first")
    .option("--queue <name>", "only of this queue")
    .option("--limit <number>", "how many", wholeNumber(1, 200), 20)
    .option("--after <cursor>", "go on after a page: its 'next'")
    .option("--json", "answer in JSON")
    .action(({ queue, limit, after, json }: ListOptions, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog, config }) => {
        const page = await catalog.deadLetters.list({
          limit,
          ...(queue !== undefined && { queue }),
          ...(after !== undefined && { after }),
        });
        answer(terminal, json, { items: page.items, next: page.next ?? null }, () =>
          page.items.length === 0
            ? "no refused messages"
            : table(
                ["id", "refused", "queue", "task", "run", "code", "why"],
                page.items.map(({ id, at, queue: from, task, runId, code, why }) => [
                  String(id),
                  formatTime(at, config.timeZone),
                  ...[from, task ?? "-", runId ?? "-", code, why],
                ]),
              ),
        );
        if (!json && page.next !== undefined) terminal.err(`there are more: --after ${page.next}\n`);
      }),
    );
  const show = new Command("show")
    .description("show a refused message with its headers and its body")
    .argument("<id>", "the message's number", letterId)
    .option("--json", "answer in JSON")
    .action((id: number, { json }: { json?: true }, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog, config }) => {
        const letter = await catalog.deadLetters.get(id);
        answer(terminal, json, letter, () =>
          [
            pairs([
              ["refused", formatTime(letter.at, config.timeZone)],
              ["why", `${letter.why} (${letter.code})`],
              ["queue", letter.queue],
              ["task", letter.task ?? "-"],
              ["run", letter.runId ?? "-"],
              ["headers", JSON.stringify(letter.headers)],
              ["properties", JSON.stringify(letter.properties)],
              ["body", `${letter.bodyBytes} bytes${letter.isCut ? ", of which the beginning was kept" : ""}`],
            ]),
            letter.decoded !== undefined
              ? JSON.stringify(letter.decoded, null, 2)
              : (letter.text ?? `${letter.body} (base64)`),
          ].join("\n"),
        );
      }),
    );
  const remove = new Command("remove")
    .description("remove refused messages for good")
    .argument("<id...>", "the messages' numbers")
    .action((ids: string[], _options: object, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        for (const id of ids.map(letterId)) await catalog.deadLetters.remove(id);
        terminal.out(`removed ${ids.length}\n`);
      }),
    );
  const resend = new Command("resend")
    .description("put refused messages into their queues once more, as they came")
    .argument("<id...>", "the messages' numbers")
    .action((ids: string[], _options: object, command: Command) =>
      withApp(terminal, command, {}, async ({ catalog }) => {
        for (const id of ids.map(letterId)) {
          await catalog.deadLetters.sendAgain(id);
          terminal.out(`sent ${id} again\n`);
        }
      }),
    );
  group.addCommand(list, { isDefault: true });
  for (const command of [show, remove, resend]) group.addCommand(command);
  return group;
}
