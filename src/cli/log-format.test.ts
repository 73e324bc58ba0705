import { expect, test } from "vitest";
import { testTerminal } from "../../test/support/terminal.ts";
import { createLogger } from "./create-logger.ts";

test("writes JSON for machines, with the role", () => {
  const terminal = testTerminal();
  createLogger(terminal, "info", { role: "beat" }).info({ sent: 2 }, "fired");
  expect(JSON.parse(terminal.stdout())).toEqual({
    level: "info",
    time: "2027-01-01T00:00:00.000Z",
    role: "beat",
    sent: 2,
    msg: "fired",
  });
});

test("writes lines for people, with the stack of an error below", () => {
  const terminal = testTerminal({ isTerminal: true });
  const logger = createLogger(terminal, "info", { role: "beat" });
  logger.debug({}, "passed over");
  logger.child({ run: "r1" }).warn({ tags: ["a b"] }, "slow");
  logger.error({ err: new Error("no disk") }, "cannot fire");
  const [first, second, third] = terminal.stdout().split("\n");
  expect(first).toBe('00:00:00.000 WARN  slow run=r1 tags=["a b"]');
  expect(second).toBe("00:00:00.000 ERROR cannot fire");
  expect(third).toBe("    Error: no disk");
});

test("HYOSHI_LOG_FORMAT decides", () => {
  const terminal = testTerminal({ env: { HYOSHI_LOG_FORMAT: "pretty" } });
  createLogger(terminal, "info", {}).info({}, "fired");
  expect(terminal.stdout()).toBe("00:00:00.000 INFO  fired\n");
});
