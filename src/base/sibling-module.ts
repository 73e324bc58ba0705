/** The address of a module beside the caller's, for a thread: `.ts` where the sources run, `.js` in the built package. */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`./${name}${callerUrl.endsWith(".ts") ? ".ts" : ".js"}`, callerUrl);
}
