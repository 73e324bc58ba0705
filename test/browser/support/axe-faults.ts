import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "./test.ts";

/** What is serious or worse of what axe finds on the page, each with where it is; by all rules, or by `rule` alone. */
export async function axeFaults(page: Page, rule?: string): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rule === undefined ? axe : axe.withRules(rule)).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
