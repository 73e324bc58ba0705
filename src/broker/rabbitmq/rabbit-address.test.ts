import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../../base/error.ts";
import { parseRabbitAddress } from "./rabbit-address.ts";

describe("parseRabbitAddress", () => {
  it("reads every part, percent-decoded", () => {
    expect(parseRabbitAddress("amqp://us%40er:p%2Fw%3Ad@mq.example:5673/our%20host%2Fone")).toEqual({
      tls: false,
      host: "mq.example",
      port: 5673,
      user: "us@er",
      password: "p/w:d",
      virtualHost: "our host/one",
      heartbeatSeconds: 30,
      verify: true,
      text: "amqp://us%40er@mq.example:5673/our%20host%2Fone",
    });
  });

  it.each([
    ["amqp://localhost", "/"],
    ["amqp://localhost/", "/"],
    ["amqp://localhost//", "/"],
    ["amqp://localhost/%2F", "/"],
    ["amqp://localhost/%2Fours", "/ours"],
    ["amqp://localhost/拍子", "拍子"],
  ])("reads the virtual host of %s", (address, virtualHost) => {
    expect(parseRabbitAddress(address).virtualHost).toBe(virtualHost);
  });

  it("fills in what is absent", () => {
    const bare = { host: "localhost", user: "guest", password: "guest" };
    expect(parseRabbitAddress("amqp://localhost")).toMatchObject({ ...bare, port: 5672, tls: false });
    expect(parseRabbitAddress("amqps://localhost")).toMatchObject({ ...bare, port: 5671, tls: true });
    expect(parseRabbitAddress("amqp://only@localhost")).toMatchObject({ user: "only", password: "" });
    expect(parseRabbitAddress("amqp://[::1]:5672/x")).toMatchObject({ host: "::1" });
  });

  it("reads the parameters that RabbitMQ's clients have", () => {
    expect(
      parseRabbitAddress(
        "amqps://h?heartbeat=5&cacertfile=/ca.pem&certfile=/c.pem&keyfile=/k.pem&server_name_indication=mq&verify=verify_none",
      ),
    ).toMatchObject({
      heartbeatSeconds: 5,
      caFile: "/ca.pem",
      certFile: "/c.pem",
      keyFile: "/k.pem",
      serverName: "mq",
      verify: false,
    });
  });

  it.each([
    "",
    "nonsense",
    "http://localhost",
    "amqp://user:secret@localhost/%E0%A4%A",
    "amqp://user:%zzsecret@localhost",
    "amqp://user:secret@localhost?heartbeat=soon",
    "amqp://user:secret@localhost?heartbeat=70000",
  ])("refuses '%s', and does not quote the password", (address) => {
    try {
      parseRabbitAddress(address);
      expect.unreachable();
    } catch (error) {
      expect(isHyoshiError(error, "invalid_address")).toBe(true);
      expect((error as Error).message).not.toContain("secret");
    }
  });
});
