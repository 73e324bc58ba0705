/** How large a message may be. What is larger is refused before it costs memory. */
export interface MessageLimits {
  /** Bytes of a body, after decompression. Default: 16 MiB. */
  readonly bodyBytes?: number;
  /** How deep lists and objects may lie in each other. Default: {@link NESTING}. */
  readonly nesting?: number;
}

export const BODY_BYTES = 16 * 1024 * 1024;
/** What inputs and results may be (500), with what a message, a signature or a list of them puts around them. */
export const NESTING = 600;
