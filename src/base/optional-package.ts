import { HyoshiError } from "./error.ts";

/**
 * Imports an optional peer, when something asks for it and not before.
 *
 * @param name of the package
 * @param asker what asks for it and for what, as in "the database's address asks for PostgreSQL"
 * @param load the import itself: written out where it is known, its types come along and bundlers find it
 * @throws HyoshiError `driver_missing` where it is not installed
 */
export async function optionalPackage<Module>(
  name: string,
  asker: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) throw cause;
    throw new HyoshiError(
      "driver_missing",
      `${asker}, which needs the package '${name}', and that is not installed: run 'npm install ${name}' in the project`,
      { cause, fields: { package: name } },
    );
  }
}
