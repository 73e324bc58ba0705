/** A server that all groups of tests of one run use. */
export interface SharedServer<Provided> {
  readonly provided: Promise<Provided>;
  readonly stop: () => Promise<void>;
}

interface Counted<Provided> extends SharedServer<Provided> {
  users: number;
}

/**
 * What `start` made for the first that asks for `name` in this process, which vitest's groups of tests share. Answers what it provides, and
 * how one of them says that it is done: the last one stops it.
 */
export async function shared<Provided>(name: string, start: () => SharedServer<Provided>) {
  const key = Symbol.for(`hyoshi.test.${name}`);
  const place = globalThis as { [key]?: Counted<Provided> };
  place[key] ??= { users: 0, ...start() };
  const server = place[key];
  server.users += 1;
  return {
    provided: await server.provided,
    done: async () => {
      server.users -= 1;
      if (server.users > 0) return;
      delete place[key];
      await server.stop();
    },
  };
}
