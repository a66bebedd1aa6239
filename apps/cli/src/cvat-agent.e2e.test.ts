import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { runCli, runKept } from "./__fixtures__/run-cli.js";

/** As much of CVAT as an agent needs that is given nothing to do. */
async function startCvat() {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.push(`${call} ${request.headers.authorization}`);
    if (call.endsWith("/watch")) return void response.writeHead(200).write(": hello\n\n");
    const body = call.endsWith("/acquire")
      ? { ar_assignment: null }
      : { id: 7, provider: "native", kind: "interactor" };
    response.writeHead(call === "POST /api/functions" ? 201 : 200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { calls, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it.each([
  ["--create", "interactor", "POST /api/functions Bearer secret", /^function 7: interactor, created$/m],
  ["--function", "7", "GET /api/functions/7 Bearer secret", /^$/],
])(
  "sam2 cvat-agent %s works until it is told to stop, and ends with 0",
  async (option, value, call, printed) => {
    const { calls, address } = await startCvat();
    const { status, stdout, stderr } = await runCli(["cvat-agent", "--server", address, option, value], {
      env: { CVAT_ACCESS_TOKEN: "secret" },
      onStart: (child) => {
        const has = (path: string) => calls.some((each) => each.includes(path));
        const watch = setInterval(() => {
          if (!has("/watch") || !has("/acquire")) return;
          clearInterval(watch);
          child.kill("SIGTERM");
        }, 20);
        child.once("exit", () => clearInterval(watch));
      },
    });
    expect([status, stdout, stderr]).toEqual([
      0,
      expect.stringMatching(printed),
      expect.stringContaining("stopped"),
    ]);
    expect(calls).toContain(call);
  },
);

it("sam2 cvat-agent says what is wrong with its command line", async () => {
  for (const [args, words] of [
    [["--create", "interactor"], /token: expected a personal access token/],
    [["--token", "secret"], /functions: expected the id/],
    [["--token", "secret", "--function", "0"], /--function: expected a whole number from 1 on/],
    [["--token", "secret", "--create", "labeller"], /labeller/],
    [["--token", "secret", "--create", "interactor", "--server", "cvat"], /server: expected an address/],
  ] as const) {
    const { status, stderr } = await runKept(["cvat-agent", ...args], { env: { CVAT_ACCESS_TOKEN: "" } });
    expect([status, stderr]).toEqual([2, expect.stringMatching(words)]);
  }
});
