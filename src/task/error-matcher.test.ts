import { describe, expect, it } from "vitest";
import { matchesError } from "./error-matcher.ts";

class NotFound extends Error {}
class PageNotFound extends NotFound {}

describe("matchesError", () => {
  it("knows an error by its class and its parents", () => {
    expect(matchesError([NotFound], new PageNotFound())).toBe(true);
    expect(matchesError([PageNotFound], new NotFound())).toBe(false);
  });

  it("knows an error by the names of its classes, its own name, or its code", () => {
    expect(matchesError(["NotFound"], new PageNotFound())).toBe(true);
    expect(matchesError(["Special"], Object.assign(new Error(), { name: "Special" }))).toBe(true);
    expect(matchesError(["ECONNRESET"], Object.assign(new Error(), { code: "ECONNRESET" }))).toBe(true);
    expect(matchesError(["Other"], new PageNotFound())).toBe(false);
  });

  it("bears whatever was thrown", () => {
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new Error("no");
        },
        getPrototypeOf() {
          throw new Error("no");
        },
      },
    );
    for (const thrown of [undefined, null, "text", 1, Object.create(null), throwing]) {
      expect(matchesError(["Error", NotFound], thrown)).toBe(false);
    }
  });
});
