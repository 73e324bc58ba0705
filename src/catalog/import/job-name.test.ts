import { expect, test } from "vitest";
import { freeName, jobName } from "./job-name.ts";

test("a command is called after its program and words", () => {
  for (const [command, name] of [
    ["/usr/local/bin/backup.sh --full > /dev/null 2>&1", "backup.sh --full"],
    [
      "cd /srv/app && /usr/bin/python3 manage.py clearsessions >>/var/log/x.log 2>&1",
      "python3 manage.py clearsessions",
    ],
    ["LANG=C TZ='Asia/Tokyo' /opt/report --daily", "report --daily"],
    ["nice -n 19 ionice -c3 /usr/sbin/updatedb", "updatedb"],
    [
      "test -x /usr/sbin/anacron || run-parts /etc/cron.daily",
      "test -x /usr/sbin/anacron || run-parts /etc/cron.daily",
    ],
    ["> /dev/null", "> /dev/null"],
    ["sync", "sync"],
  ] as const) {
    expect(jobName(command)).toBe(name);
  }
  expect(jobName(`echo ${"x".repeat(200)}`)).toHaveLength(80);
});

test("a name that is taken says when it runs, and is numbered after that", () => {
  const taken = new Set(["sync", "rsync", "rsync (0 5 * * *)", "rsync (0 5 * * *) 2"]);
  expect(freeName("sync", "0 5 * * *", new Set())).toBe("sync");
  expect(freeName("sync", "0 5 * * *", taken)).toBe("sync (0 5 * * *)");
  expect(freeName("rsync", "0 5 * * *", taken)).toBe("rsync (0 5 * * *) 3");
});
