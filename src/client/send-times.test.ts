import { describe, expect, it } from "vitest";
import { sendTimes } from "./send-times.ts";

const now = Date.UTC(2026, 0, 1);

describe("sendTimes", () => {
  it("is now and for ever when nothing is said", () => {
    expect(sendTimes({}, now)).toEqual({ availableAt: now, expiresAt: undefined });
  });

  it.each([
    [{ countdown: 0 }, now],
    [{ countdown: 1.5 }, now + 1_500],
    [{ eta: now + 5 }, now + 5],
    [{ eta: new Date(now + 7) }, now + 7],
    [{ eta: "2026-01-01T09:00:01+09:00" }, now + 1_000],
    [{ eta: "2026-01-01 00:00:02Z" }, now + 2_000],
    [{ eta: now - 1_000 }, now],
  ])("reads the earliest start of %j", (options, availableAt) => {
    expect(sendTimes(options, now).availableAt).toBe(availableAt);
  });

  it.each([
    [10, now + 10_000],
    [new Date(now + 3), now + 3],
    ["2026-01-02T00:00:00Z", now + 86_400_000],
  ])("reads the expiry %j", (expires, expiresAt) => {
    expect(sendTimes({ expires }, now).expiresAt).toBe(expiresAt);
  });

  it.each([
    [{ countdown: -1 }, "send option 'countdown' is '-1': expected seconds from now, 0 or more"],
    [{ countdown: Number.NaN }, "'countdown' is 'NaN'"],
    [{ countdown: 1e15 }, "'countdown'"],
    [{ eta: "2026-01-01T09:00:00" }, "'eta' is '2026-01-01T09:00:00': expected a Date, or an ISO text with its zone"],
    [{ eta: new Date(Number.NaN) }, "'eta'"],
    [{ countdown: 1, eta: now }, "expected either 'countdown' or 'eta', not both"],
    [{ expires: -5 }, "'expires' is '-5'"],
    [{ expires: "soon" }, "'expires' is 'soon'"],
  ])("refuses %j", (options, message) => {
    const failure = expect.objectContaining({ code: "invalid_send_option", message: expect.stringContaining(message) });
    expect(() => sendTimes(options, now)).toThrow(failure);
  });
});
