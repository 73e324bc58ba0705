import type { Send, SendItem, SendMany, SendOptions, SentCanvas, SentRun } from "../task/send.ts";

/** Hears what was sent. */
export type Note = (sent: SentRun | SentCanvas) => void;
/** Throws where nothing may be sent any more. */
export type MaySend = (options?: SendOptions) => void;

/** A task's `send` that says what it has sent. */
export function noting(send: Send, note: Note, maySend: MaySend): Send {
  // Not `async`: what is sent in a transaction that does not wait throws at once.
  const noted = (task: never, input: never, options?: SendOptions) => {
    maySend(options);
    return (send as (...given: unknown[]) => Promise<SentRun>)(task, input, options).then((sent) => {
      note(sent);
      return sent;
    });
  };
  return noted as unknown as Send;
}

/** The same for `sendMany`. */
export function notingMany(sendMany: SendMany, note: Note, maySend: MaySend): SendMany {
  const noted = async (items: readonly SendItem[]) => {
    for (const { options } of items) maySend(options);
    const sent = await sendMany(items);
    sent.forEach(note);
    return sent;
  };
  return noted as SendMany;
}
