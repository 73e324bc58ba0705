/**
 * Who may import whom under `src/`: arrows point down only. Read by `scripts/check-deps.mjs`, which also makes sure
 * that the modules were seen at all.
 *
 * A folder may always import from itself, except that a port does not know its adapters and an adapter does not know
 * the others. Types count as imports, but where a rule says otherwise.
 */

const pure = ["schedule", "calendar", "message", "task", "model", "canvas", "firing"];
const ports = ["run", "ledger", "broker", "result", "control", "account", "record", "foreign"];

/** @param {string} name */
const folder = (name) => `^src/${name}/`;
/**
 * A port without its adapters: the files directly in its folder.
 *
 * @param {string} name
 */
const port = (name) => `^src/${name}/[^/]+$`;

const belowServices = [...ports.map(port), ...pure.map(folder), folder("base")];
const belowApp = [
  ...["beat", "worker", "discovery", "client", "catalog", "database", ...ports, ...pure, "base"].map(folder),
];

/** What each folder may import beside itself. */
const allowed = {
  base: [],
  schedule: [folder("base")],
  message: [folder("base")],
  task: [folder("base")],
  model: [folder("base")],
  calendar: [folder("schedule"), folder("base")],
  canvas: [folder("task"), folder("message"), folder("base")],
  firing: [folder("schedule"), folder("calendar"), folder("base")],
  database: [
    ...["task", "model", "schedule", "calendar", "firing"].map(folder),
    ...["run", "ledger", "account"].map(port),
    folder("base"),
  ],
  client: belowServices,
  catalog: belowServices,
  beat: [folder("client"), ...belowServices],
  worker: [folder("client"), ...belowServices],
  discovery: [folder("client"), ...belowServices],
  app: belowApp,
};

/**
 * Ports whose types another port knows: what hands runs to a broker, and takes them from it.
 *
 * @type {Record<string, string[]>}
 */
const portsByType = { run: ["broker"] };

/** Doors of the package beside the main one: what they are made of may import everything. */
const doors = ["testing"];
const edges = ["admin", "cli"];
const drivers = ["better-sqlite3", "pg", "@redis/client", "amqplib"];
const known = [...Object.keys(allowed), ...ports, ...edges, ...doors];

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
/** @param {readonly string[]} names */
const anyOf = (names) => `(${names.join("|")})`;

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([name, targets]) =>
      rule(
        `${name}-imports`,
        `${name} may import ${targets.length === 0 ? "nothing of ours" : "only what the table in this file names"}`,
        { path: folder(name) },
        { path: "^src/", pathNot: [folder(name), ...targets] },
      ),
    ),
    ...ports.map((name) =>
      rule(
        `${name}-port-imports`,
        "a port may import the pure folders and base",
        { path: port(name) },
        {
          path: "^src/",
          pathNot: [port(name), ...pure.map(folder), folder("base"), ...(portsByType[name] ?? []).map(port)],
        },
      ),
    ),
    rule(
      "adapter-imports",
      "an adapter may import its own port, types of others, the pure folders, database and base; never another adapter",
      { path: `^src/${anyOf(ports)}/([^/]+)/` },
      {
        path: "^src/",
        pathNot: [
          "^src/$1/[^/]+$",
          "^src/$1/$2/",
          ...[...ports.map(port), ...pure.map(folder)],
          folder("database"),
          folder("base"),
        ],
      },
    ),
    rule(
      "port-imports-types-of-ports",
      "of another port a port knows the types: app hands it what they stand for",
      { path: `^src/${anyOf(Object.keys(portsByType))}/[^/]+$` },
      { path: Object.values(portsByType).flat().map(port), dependencyTypesNot: ["type-only", "type-import"] },
    ),
    rule(
      "adapter-imports-types-of-ports",
      "of another port than its own an adapter knows the types: app hands it what they stand for",
      { path: `^src/${anyOf(ports)}/([^/]+)/` },
      {
        path: ports.map(port),
        pathNot: "^src/$1/[^/]+$",
        dependencyTypesNot: ["type-only", "type-import"],
      },
    ),
    ...edges.map((name) =>
      rule(
        `${name}-imports`,
        `${name} may import app, catalog, accounts, models and base (cli also admin), and types from anywhere`,
        { path: folder(name) },
        {
          path: "^src/",
          pathNot: [name, "app", "catalog", "model", "base", ...(name === "cli" ? ["admin"] : [])]
            .map(folder)
            .concat(port("account")),
          dependencyTypesNot: ["type-only", "type-import"],
        },
      ),
    ),
    rule(
      "unknown-folder",
      "each folder of src has its place in the table of this file",
      { path: "^src/[^/]+/", pathNot: known.map(folder) },
      {},
    ),
    rule(
      "no-cycle",
      "modules that need each other at run time cannot be understood, tested or loaded one by one",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only", "type-import"] } },
    ),
    rule(
      "pure-folders-do-no-io",
      "a pure folder reads no file, network, timer or environment",
      { path: pure.map(folder) },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|buffer|util|zlib)$" },
    ),
    rule(
      "drivers-at-the-edge",
      "drivers are loaded by database and by adapters",
      { path: "^src/", pathNot: [folder("database"), `^src/${anyOf(ports)}/[^/]+/`] },
      { path: `node_modules/${anyOf(drivers)}/`, dependencyTypesNot: ["type-only", "type-import"] },
    ),
    rule(
      "only-sources",
      "what is published imports nothing that is not",
      { path: "^src/" },
      { path: "^(dist|web|test|bench|examples|scripts)/" },
    ),
    rule(
      "no-dev-dependency",
      "who installs the package does not get its development dependencies",
      { path: "^src/" },
      {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["npm", "npm-peer", "npm-optional", "type-only", "type-import"],
      },
    ),
    rule(
      "web-imports-the-contract",
      "the front-end knows the package by its wire types alone",
      { path: "^web/src/" },
      { path: "^src/", pathNot: "^src/admin/contract\\.ts$" },
    ),
    rule(
      "web-imports-types",
      "the front-end's bundle holds nothing of the package",
      { path: "^web/src/" },
      { path: "^src/", dependencyTypesNot: ["type-only", "type-import"] },
    ),
    rule(
      "no-unresolved",
      "an import that leads nowhere escapes the other rules",
      {},
      { couldNotResolve: true, path: "^\\." },
    ),
  ],
  options: {
    // TypeScript 7 has no parser to lend; with none at all every file would be passed over in silence.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.tsx?$" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
  },
};
