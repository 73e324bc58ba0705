import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "./test.ts";

/** What is serious or worse of what axe finds on the page, each with where it is. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
