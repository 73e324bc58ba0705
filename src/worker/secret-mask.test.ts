import { afterEach, expect, it } from "vitest";
import { registeredSecrets, registerSecret } from "../task/registered-secrets.ts";
import { SecretMask } from "./secret-mask.ts";

afterEach(() => (registeredSecrets() as Set<string>).clear());

it("masks the secrets of its run and those that the process registered, in texts and in JSON", () => {
  const mask = new SecretMask();
  expect(mask.isEmpty).toBe(true);
  expect(mask.text("tiger")).toBe("tiger");
  mask.add("tiger");
  expect(mask.text("tiger tigers")).toBe("[secret] [secret]s");
  registerSecret("s3cr3t.+");
  expect(mask.text("s3cr3t.+ s3cr3tttt")).toBe("[secret] s3cr3tttt");
  expect(mask.json({ a: ["my tiger", 1, null], tiger: true })).toEqual({
    a: ["my [secret]", 1, null],
    "[secret]": true,
  });
});

it("masks every part of a secret that is no text, and the longer of two that begin alike", () => {
  const mask = new SecretMask();
  mask.add({ user: "scott", pins: [12345, "tiger", "tiger-lily"] });
  expect(mask.text("scott/tiger-lily 12345 tiger")).toBe("[secret]/[secret] [secret] [secret]");
});

it("masks a secret as it stands in JSON, in addresses, in base64 and line by line", () => {
  const mask = new SecretMask();
  mask.add('p"ss & word');
  mask.add("-----BEGIN KEY-----\nMIIBVgIBADANBg\n-----END KEY-----");
  expect(mask.text(JSON.stringify({ a: 'p"ss & word' }))).toBe('{"a":"[secret]"}');
  expect(mask.text(`?q=${encodeURIComponent('p"ss & word')}`)).toBe("?q=[secret]");
  expect(mask.text(Buffer.from('p"ss & word').toString("base64"))).toBe("[secret]");
  expect(mask.text("MIIBVgIBADANBg")).toBe("[secret]");
});

it("lets short texts stand, which cannot be told from ordinary ones", () => {
  const mask = new SecretMask();
  mask.add("abc");
  expect(mask.text("abc")).toBe("abc");
  expect(() => registerSecret("abc")).toThrow(expect.objectContaining({ code: "invalid_secret" }));
  expect(registerSecret(undefined)).toBe(undefined);
  expect(registerSecret("")).toBe("");
});
