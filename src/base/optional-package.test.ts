import { expect, test } from "vitest";
import { optionalPackage } from "./optional-package.ts";

const load = (load: () => Promise<unknown>) =>
  optionalPackage("pg", "the database's address asks for PostgreSQL", load);
const failure = (code: string) => Object.assign(new Error("it cannot be imported"), { code });

test("a package that is installed is what it is", async () => {
  expect(await load(async () => "the module")).toBe("the module");
});

test("one that is not installed is named, with what asks for it and the command that installs it", async () => {
  const cause = failure("ERR_MODULE_NOT_FOUND");
  await expect(load(() => Promise.reject(cause))).rejects.toMatchObject({
    code: "driver_missing",
    message:
      "the database's address asks for PostgreSQL, which needs the package 'pg', and that is not installed: run 'npm install pg' in the project",
    fields: { package: "pg" },
    cause,
  });
});

test("one that fails in another way fails in its own words", async () => {
  const own = failure("ERR_DLOPEN_FAILED");
  await expect(load(() => Promise.reject(own))).rejects.toBe(own);
});
