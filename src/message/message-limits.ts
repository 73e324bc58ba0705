/** How large a message may be. What is larger is refused before it costs memory. */
export interface MessageLimits {
  /** Bytes of a body, after decompression. Default: 16 MiB. */
  readonly bodyBytes?: number;
  /** How deep lists and objects may lie in each other. Default: 100. */
  readonly nesting?: number;
}

export const BODY_BYTES = 16 * 1024 * 1024;
export const NESTING = 100;
