import { InputError } from "@sam2js/core";

/** By the system's code, what is wrong with the address that a server was to listen on. */
const REASONS: Readonly<Record<string, readonly [fact: string, remedy: string]>> = {
  EADDRINUSE: ["which another program listens on", "give another port, or stop that program"],
  EACCES: ["which the system does not give to this user", "give a port from 1024 to 65535"],
  EADDRNOTAVAIL: ["whose host is no address of this machine", "give 127.0.0.1, or 0.0.0.0 for all addresses"],
  ENOTFOUND: ["whose host no name server knows", "give 127.0.0.1, or 0.0.0.0 for all addresses"],
};

/**
 * What a server's `listen` comes to.
 *
 * @param option   the command's option for the address, for messages
 * @param address  host and port
 * @throws {InputError} the address is taken, not allowed, or not of this machine
 */
export async function listening<T>(listen: Promise<T>, option: string, address: string): Promise<T> {
  try {
    return await listen;
  } catch (error) {
    const [fact, remedy] = REASONS[String((error as NodeJS.ErrnoException).code)] ?? [];
    if (fact === undefined) throw error;
    throw InputError.expected(option, "an address to listen on", `${address}, ${fact}`, remedy);
  }
}
