import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Hundreds of processes load the same modules: compiled once, they start in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL(".cache/compile", import.meta.url));

/** `npm run test:long` sets it: the suites then use larger counts, and none is left out. */
const long = process.env.HYOSHI_LONG === "1";
const seconds = (count: number) => count * (long ? 20_000 : 1_000);

/** At once where most of a test is waiting: for services to start, for leases to end, for brokers and for Celery. */
const mostlyWaiting = { maxWorkers: 2 * Math.max(2, availableParallelism() - 1), sequence: { groupOrder: 3 } };

/** A clone elsewhere, a build and a browser's tests are not vitest's. */
const elsewhere = ["**/node_modules/**", "**/dist/**", ".cache/**", "test/browser/**"];
/** Longer than a change should wait for; what is quick of each broker, and of real Celery on it, stays. */
const longOnes = [
  ...["rabbitmq-faults", "redis-faults", "soak"].map((name) => `test/integration/${name}.test.ts`),
  ...[
    "django",
    "faults-rabbitmq",
    "faults-redis",
    "python-faults",
    "rabbitmq",
    "redis-rpc",
    "taskmanager-rabbitmq",
    "taskmanager-redis",
  ].map((name) => `test/interop/${name}.test.ts`),
];
const leftOut = long ? [] : longOnes;
const histories = "test/integration/histories-*.test.ts";

export default defineConfig({
  test: {
    exclude: elsewhere,
    // On two cores vitest would take one file at a time, and many tests wait for a server.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The groups run one after the other: those that compute first, then those that mostly wait for processes, more of them at once.
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "src/**/*.test.ts",
            "web/src/**/*.test.{ts,tsx}",
            "scripts/**/*.test.ts",
            "test/model/**/*.test.ts",
          ],
          testTimeout: seconds(10),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/support/postgres-setup.ts", "test/support/rabbitmq-setup.ts"],
          pool: "forks",
          testTimeout: seconds(20),
          hookTimeout: seconds(30),
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What the plain SQL of both databases is behind, once more on PostgreSQL.
        extends: true,
        test: {
          name: "postgres",
          include: [
            "test/conformance/retention.test.ts",
            "test/integration/catalog.test.ts",
            "test/integration/concurrent-edits.test.ts",
            "test/integration/ledger-audit.test.ts",
            "test/integration/admin/**/*.test.ts",
          ],
          env: { HYOSHI_TEST_DATABASE: "postgres" },
          globalSetup: ["test/support/postgres-setup.ts"],
          pool: "forks",
          testTimeout: seconds(60),
          hookTimeout: seconds(60),
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: [...elsewhere, histories, ...leftOut],
          globalSetup: ["test/support/postgres-setup.ts", "test/support/rabbitmq-setup.ts"],
          pool: "forks",
          testTimeout: seconds(120),
          hookTimeout: seconds(120),
          ...mostlyWaiting,
        },
      },
      {
        // Real Celery on the other side: each file has a broker and processes of its own, and most of it is waiting.
        extends: true,
        test: {
          name: "interop",
          include: ["test/interop/**/*.test.ts"],
          exclude: [...elsewhere, ...leftOut],
          globalSetup: ["test/support/postgres-setup.ts", "test/support/rabbitmq-setup.ts"],
          pool: "forks",
          testTimeout: seconds(120),
          hookTimeout: seconds(180),
          ...mostlyWaiting,
        },
      },
      {
        // Both databases at once: most of a history is waiting.
        extends: true,
        test: {
          name: "histories",
          include: [histories],
          exclude: [...elsewhere, ...leftOut],
          pool: "forks",
          ...mostlyWaiting,
        },
      },
    ],
  },
});
