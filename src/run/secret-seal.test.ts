import { expect, it } from "vitest";
import { SecretSeal } from "./secret-seal.ts";

const schema = { type: "object", properties: { token: { type: "string", secret: true }, keys: { secret: true } } };
const seal = async (key = "a key of the project") => {
  const made = new SecretSeal(async () => key);
  await made.ready();
  return made;
};

it("seals what the schema declares secret and opens it again", async () => {
  const one = await seal();
  const input = { token: "tiger", keys: { a: [1, null, "ü"] }, user: "u" };
  const sealed = one.sealed("app.x", schema, input);
  expect(sealed).toEqual({
    token: expect.stringMatching(/^hyoshi:sealed:1:[\w-]+$/),
    keys: expect.stringMatching(/^hyoshi:sealed:1:/),
    user: "u",
  });
  expect(JSON.stringify(sealed)).not.toContain("tiger");
  const found: unknown[] = [];
  expect(one.opened("app.x", schema, sealed, (secret) => found.push(secret))).toEqual(input);
  expect(found).toEqual(["tiger", { a: [1, null, "ü"] }]);
});

it("seals the same alike, what is sealed not again, and what differs differently", async () => {
  const one = await seal();
  const sealed = one.sealed("app.x", schema, { token: "tiger" });
  expect(one.sealed("app.x", schema, { token: "tiger" })).toEqual(sealed);
  expect(one.sealed("app.x", schema, sealed)).toBe(sealed);
  expect(one.sealed("app.x", schema, { token: "tigre" })).not.toEqual(sealed);
  expect(one.sealed("app.y", schema, { token: "tiger" })).not.toEqual(sealed);
});

it("opens nothing for another task, with another key, or that was changed", async () => {
  const one = await seal();
  const sealed = one.sealed("app.x", schema, { token: "tiger" }) as { token: string };
  const unreadable = expect.objectContaining({ code: "secret_unreadable" });
  expect(() => one.opened("app.y", schema, sealed)).toThrow(unreadable);
  const other = await seal("another key");
  expect(() => other.opened("app.x", schema, sealed)).toThrow(unreadable);
  expect(() => one.opened("app.x", schema, { token: `${sealed.token.slice(0, -2)}AA` })).toThrow(unreadable);
  expect(() => one.opened("app.x", schema, { token: "hyoshi:sealed:1:" })).toThrow(unreadable);
});

it("takes what came unsealed as it is", async () => {
  expect((await seal()).opened("app.x", schema, { token: "plain" })).toEqual({ token: "plain" });
});

it("finds an input in each form of a payload", async () => {
  const one = await seal();
  const change = (input: never) => one.sealed("app.x", schema, input);
  const made = SecretSeal.inPayload({ args: ["tiger", 1], kwargs: { keys: 2 } }, ["token", "n"], change as never);
  expect(made).toEqual({
    args: [expect.stringContaining("hyoshi:sealed"), 1],
    kwargs: { keys: expect.stringContaining("hyoshi:sealed") },
  });
});
