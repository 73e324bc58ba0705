/** The names of this machine, as a browser's Host header writes them. */
export const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** What a server listens on to be reached under every address of its machine. */
export const EVERY_ADDRESS = new Set(["0.0.0.0", "::", "[::]"]);
