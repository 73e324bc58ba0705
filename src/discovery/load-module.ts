import { createJiti } from "jiti";

/** Imports a user's module, of TypeScript or JavaScript, without a build step. The same file is the same module each time. */
export type LoadModule = (file: string) => Promise<Record<string, unknown>>;

/**
 * A loader for the files of one project. What they import as `hyoshi` is `library`: the copy that runs, whichever
 * they have installed, so that its classes and state are not there twice. Path aliases of the project's tsconfig.json hold.
 */
export function createModuleLoader(folder: string, library: object): LoadModule {
  const jiti = createJiti(`${folder}/hyoshi.config.ts`, {
    tsconfigPaths: true,
    virtualModules: { hyoshi: library },
  });
  return (file) => jiti.import<Record<string, unknown>>(file);
}
