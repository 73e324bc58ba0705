import { expect, test } from "vitest";
import { secretUi } from "./secret-ui.ts";

test("texts that a schema declares secret get the field for secrets, at any depth", () => {
  const secret = { type: "string", secret: true };
  const schema = {
    properties: {
      token: secret,
      user: { type: "string" },
      env: { type: "object", additionalProperties: secret },
      list: { items: { properties: { pin: { type: "string", format: "password" } } } },
      whole: { type: "object", secret: true },
    },
  };
  const field = { "ui:widget": "secret" };
  expect(secretUi(schema)).toEqual({
    token: field,
    env: { additionalProperties: field },
    list: { items: { pin: field } },
  });
  expect(secretUi({ properties: { user: { type: "string" } } })).toBe(undefined);
});
