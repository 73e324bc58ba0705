import { pino } from "pino";
import type { Logger } from "../base/logger.ts";
import { prettyLine } from "./log-format.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The services' log, on the standard output: readable at a terminal, JSON elsewhere. `HYOSHI_LOG_FORMAT` (`pretty`, `json`)
 * decides otherwise.
 */
export function createLogger(terminal: Terminal, level: string, fields: Record<string, unknown>): Logger {
  const format = terminal.env.HYOSHI_LOG_FORMAT ?? (terminal.isTerminal ? "pretty" : "json");
  return pino(
    {
      level,
      // What everybody knows from where the line comes: host and pid are left out.
      base: format === "pretty" ? {} : fields,
      timestamp: () => `,"time":"${new Date(terminal.clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Written at once: an asynchronous destination loses lines when the process ends.
    { write: (line) => terminal.out(format === "pretty" ? prettyLine(line, terminal.colours) : line) },
  );
}
