export interface StackFrame {
  text: string;
  /** The project's own code, neither a library nor Node itself. */
  isOwn: boolean;
}

const frame = /^\s*at\s/;
const pythonFrame = /^\s*File "/;
const foreign =
  /node_modules|\(?node:|<anonymous>|site-packages|[/\\]lib[/\\]python|[/\\](?:dist|src)[/\\]worker[/\\](?:executor|worker)\.[jt]s/;

/** The frames of a stack, without the message before them. */
export function stackFrames(stack: string): StackFrame[] {
  const lines = stack.split("\n").filter((line) => frame.test(line) || pythonFrame.test(line));
  return lines.map((line) => ({ text: line.trim().replace(/^at /, ""), isOwn: !foreign.test(line) }));
}
