import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@sam2js/testing/free-port";
import { pythonProgram } from "@sam2js/testing/python-program";

/** The release that the protocol was read from. */
const RELEASE = "label-studio==1.23.2";
const USER = { email: "me@example.org", password: "only-in-tests-1" };
const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const UNZIP =
  "import io, sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).read(sys.argv[1]))";
/** Half a minute of work: its database is made. */
const START_MS = 400_000;

/** The genuine Label Studio, with an empty SQLite database. */
export interface GenuineLabelStudio extends AsyncDisposable {
  readonly url: string;
  readonly user: typeof USER;
  /** Its Python, which has `label_studio_sdk` and OpenCV. */
  readonly python: string;
  /** A request of its API, which has to succeed. @param body  JSON, or a form */
  api(path: string, body?: object): Promise<Response>;
  /** The text of one file of a ZIP. */
  unzip(zip: Buffer, name: string): string;
}

/**
 * The folder of a virtual environment with Label Studio: `SAM2JS_LABEL_STUDIO`, or in CI one that is made from the package index.
 *
 * @returns  undefined where there is none
 */
export async function findLabelStudio(): Promise<string | undefined> {
  const given = process.env.SAM2JS_LABEL_STUDIO;
  if (given) return given;
  if (!process.env.CI) return undefined;
  try {
    return await pythonProgram(RELEASE);
  } catch (error) {
    console.warn(`label studio: ${RELEASE} cannot be installed here: ${String(error).slice(0, 300)}`);
    return undefined;
  }
}

/** Starts Label Studio and waits until it answers. */
export async function startLabelStudio(folder: string): Promise<GenuineLabelStudio> {
  const data = mkdtempSync(join(tmpdir(), "label-studio-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = ["--no-browser", "--data-dir", data, "--port", `${port}`, "--log-level", "ERROR"];
  const user = ["--username", USER.email, "--password", USER.password, "--user-token", TOKEN];
  const server = spawn(join(folder, "bin", "label-studio"), ["start", ...options, ...user], {
    stdio: "ignore",
    env: {
      ...process.env,
      LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN: "true",
      // Else it refuses models on this machine, and their webhooks.
      ML_BLOCK_LOCAL_IP: "false",
      SSRF_PROTECTION_ENABLED: "false",
      COLLECT_ANALYTICS: "false",
      LATEST_VERSION_CHECK: "false",
    },
  });
  const stop = async () => {
    await ended(server);
    rmSync(data, { recursive: true, force: true });
  };
  const until = Date.now() + START_MS;
  while (!(await isUp(url))) {
    if (Date.now() > until || server.exitCode !== null) {
      await stop();
      throw new RangeError(`Label Studio did not start (${server.exitCode ?? "no answer"})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const python = join(folder, "bin", "python");
  return {
    url,
    user: USER,
    python,
    async api(path, body) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${url}/api${path}`, {
        headers: {
          authorization: `Token ${TOKEN}`,
          ...(body && !isForm && { "content-type": "application/json" }),
        },
        ...(body && { method: "POST", body: isForm ? body : JSON.stringify(body) }),
      });
      if (response.ok) return response;
      throw new RangeError(`${path}: ${response.status} ${await response.text()}`);
    },
    unzip: (zip, name) => spawnSync(python, ["-c", UNZIP, name], { input: zip, maxBuffer: 2 ** 28 }).stdout.toString(),
    [Symbol.asyncDispose]: stop,
  };
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}
