import type { BrowserContext } from "@playwright/test";

/**
 * What the browser complained about: errors on the console (a violated Content-Security-Policy and an answer of 400 and above are
 * among them) and errors that nobody caught. A test names those that it provokes; any other fails it.
 */
export class Complaints {
  readonly #heard: string[] = [];
  readonly #expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      const path = URL.canParse(url) ? new URL(url).pathname : url;
      this.#heard.push(`${message.text()} ${path}`);
    });
    context.on("weberror", (error) => this.#heard.push(`not caught: ${error.error().stack ?? error.error().message}`));
  }

  /** From now on and for what was heard already: the test provokes these. */
  expect(...patterns: readonly RegExp[]): void {
    this.#expected.push(...patterns);
  }

  unexpected(): readonly string[] {
    return this.#heard.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }
}
