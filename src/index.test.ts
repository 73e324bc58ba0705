import { expect, test } from "vitest";
import { library } from "./app/library.ts";
import * as door from "./index.ts";

test("a project's files get what the package's door exports", () => {
  expect({ ...library }).toEqual({ ...door });
});
