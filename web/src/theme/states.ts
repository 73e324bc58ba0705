/** What every state, verdict and outcome is shown as: one of these, each a colour, a shape and a word. */
export type StateKind =
  | "succeeded"
  | "failed"
  | "running"
  | "waiting"
  | "retrying"
  | "held"
  | "sent"
  | "skipped"
  | "missed"
  | "lost"
  | "cancelled";

const kinds: Readonly<Record<string, StateKind>> = {
  unpublished: "waiting",
  ready: "waiting",
  scheduled: "waiting",
  held: "held",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  expired: "missed",
  lost: "lost",
  sent: "sent",
  moved: "skipped",
  merged: "skipped",
  skipped: "skipped",
  missed: "missed",
  off: "cancelled",
  retrying: "retrying",
  retried: "retrying",
  late: "lost",
};

/** A run's state, a firing's verdict or an attempt's outcome, as it comes from the API. */
export const stateKind = (state: string): StateKind => kinds[state] ?? "waiting";

/** Each at least 4.5 : 1 on its surface. Greens and reds differ in lightness too, and the shape tells the rest. */
export const lightStates: Readonly<Record<StateKind, string>> = {
  succeeded: "#1c7c4a",
  failed: "#cf222e",
  running: "#1a66d6",
  waiting: "#6a717c",
  retrying: "#946200",
  held: "#7847c9",
  sent: "#4b5563",
  skipped: "#5b6b80",
  missed: "#bc4c00",
  lost: "#86181d",
  cancelled: "#737982",
};

export const darkStates: Readonly<Record<StateKind, string>> = {
  succeeded: "#4cc38a",
  failed: "#ff6b70",
  running: "#6cb0ff",
  waiting: "#9aa2ad",
  retrying: "#e3b341",
  held: "#bd9cff",
  sent: "#b3bac4",
  skipped: "#93a3b8",
  missed: "#ff9a57",
  lost: "#e5888c",
  cancelled: "#8b929c",
};
