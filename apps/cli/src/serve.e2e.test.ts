import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ImageEmbeddings } from "@sam2js/embeddings";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

/** A folder with `photos`, pictures of different content. */
function makePhotos(count: number): string {
  const cwd = makeFolder("groceries.jpg");
  mkdirSync(join(cwd, "photos"));
  for (let index = 0; index < count; index++) {
    const photo = join(cwd, "photos", `${index}.jpg`);
    copyFileSync(join(cwd, "groceries.jpg"), photo);
    appendFileSync(photo, `${index}`); // behind the picture, where nobody looks
  }
  return cwd;
}

const ENCODE = ["encode", "photos", "--out", "kept", "--image-size", "256"];

describe("sam2 encode, as it is built", () => {
  it("loses nothing and encodes nothing twice when it is killed or interrupted at any moment", async () => {
    const cwd = makePhotos(12);
    const kept = () => readdirSync(join(cwd, "kept")).filter((name) => name.endsWith(".s2em"));
    let killed = 0;
    for (const [after, signal] of [
      [1, "SIGKILL"],
      [4, "SIGKILL"],
      [6, "SIGINT"],
    ] as const) {
      const { status } = await runCli([...ENCODE, "--threads", "2"], {
        cwd,
        onStart: (child) => {
          const watch = setInterval(() => {
            if (!readdirSync(cwd).includes("kept") || kept().length < after) return;
            clearInterval(watch);
            child.kill(signal);
          }, 1);
          child.once("exit", () => clearInterval(watch));
        },
      });
      if (status === null) killed += 1;
      for (const name of kept()) {
        const { picture } = ImageEmbeddings.deserialize(readFileSync(join(cwd, "kept", name)));
        expect(picture?.size).toEqual([534, 800]);
      }
    }
    expect(killed).toBeGreaterThan(0);
    const before = kept();
    const { status, stdout } = await runKept([...ENCODE, "--resume", "--json"], { cwd });
    const images: { id: string; wasThere: boolean }[] = JSON.parse(stdout).images;
    expect([status, images.length]).toEqual([0, 12]);
    expect(images.filter(({ wasThere }) => wasThere).map(({ id }) => `${id}.s2em`)).toEqual(
      expect.arrayContaining(before),
    );
    expect(images.filter(({ wasThere }) => wasThere)).toHaveLength(before.length);
    expect(readdirSync(join(cwd, "kept"))).toHaveLength(12 + 1); // with the decoder; the drafts of the killed are gone
  });

  it("keeps the same bytes on one thread and on two, and all pictures but a broken one", async () => {
    const cwd = makePhotos(4);
    writeFileSync(
      join(cwd, "photos", "1-broken.jpg"),
      readFileSync(join(cwd, "photos", "1.jpg")).subarray(0, 999),
    );
    const kept = async (threads: string) => {
      const out = `on-${threads}`;
      const args = ["encode", "photos", "--out", out, "--image-size", "256", "--threads", threads];
      const { status, stderr } = await runKept(args, { cwd });
      expect([status, stderr]).toEqual([3, expect.stringMatching(/1 of 5 images.*1-broken\.jpg/s)]);
      return readdirSync(join(cwd, out))
        .sort()
        .map((name) => [name, readFileSync(join(cwd, out, name)).toString("base64")]);
    };
    const alone = await kept("1");
    expect(alone).toHaveLength(4 + 1); // with the decoder
    expect(await kept("2")).toEqual(alone);
  });

  it("fills a folder that segment and generate take embeddings from, and fill as well", async () => {
    const cwd = makePhotos(1);
    copyFileSync(join(cwd, "photos", "0.jpg"), join(cwd, "photos", "equal.jpg"));
    const { status, stdout } = await runKept([...ENCODE, "--json"], { cwd });
    const wereThere = JSON.parse(stdout)
      .images.map(({ wasThere }: { wasThere: boolean }) => wasThere)
      .sort();
    expect([status, wereThere]).toEqual([0, [false, true]]); // equal pictures are encoded once
    const [kept = ""] = readdirSync(join(cwd, "kept")).filter((name) => name.endsWith(".s2em"));
    const other = makeFolder("cars.jpg");
    expect((await runKept(["encode", "cars.jpg", ...ENCODE.slice(2)], { cwd: other })).status).toBe(0);
    const [wrong = ""] = readdirSync(join(other, "kept")).filter((name) => name.endsWith(".s2em"));
    const others = ["--image-size", "256", "--embeddings", "kept", "--format", "coco"];
    const masksOf = async (command: string[]) => {
      const { status, stderr } = await runKept([...command, ...others], { cwd });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return JSON.parse(readFileSync(join(cwd, "out", "0.coco.json"), "utf8")).annotations;
    };
    const commands = [
      ["segment", "photos/0.jpg", "--point", "480,250"],
      ["generate", "photos/0.jpg", "--points-per-side", "4", "--pred-iou-thresh", "0.5"],
    ];
    for (const command of commands) {
      const warm = await masksOf(command);
      // Another picture's embedding under this one's name: what is found is in the other one.
      copyFileSync(join(other, "kept", wrong), join(cwd, "kept", kept));
      expect(await masksOf(command)).not.toEqual(warm);
      rmSync(join(cwd, "kept", kept));
      expect(await masksOf(command)).toHaveLength(warm.length);
      expect(readdirSync(join(cwd, "kept"))).toContain(kept);
    }
  });
});

describe("sam2 serve, as it is built", () => {
  it("clicks on what sam2 encode kept without encoding it, and ends with 0 when it is told to stop", async () => {
    const cwd = makePhotos(1);
    expect((await runKept(ENCODE, { cwd })).status).toBe(0);
    const image = readFileSync(join(cwd, "photos", "0.jpg")).toString("base64");
    const asked: Promise<unknown>[] = [];
    const args = ["serve", "--port", "0", "--embeddings", "kept", "--image-size", "256"];
    const { status, stdout } = await runCli(args, {
      cwd,
      onOutput: (child, text) => {
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        if (!address || asked.length > 0) return;
        asked.push(
          (async () => {
            await expect.poll(async () => (await fetch(`${address}/ready`)).status).toBe(200);
            const body = JSON.stringify({ image, objects: [{ points: [[480, 250]] }] });
            const headers = { "content-type": "application/json" };
            const answer = await fetch(`${address}/v1/segment`, { method: "POST", body, headers });
            const metrics = await (await fetch(`${address}/metrics`)).text();
            return [
              answer.status,
              /sam2_embedding_hits_total\{model="nano",where="store"\} (\d+)/.exec(metrics)?.[1],
            ];
          })().finally(() => child.kill("SIGTERM")),
        );
      },
    });
    expect(await Promise.all(asked)).toEqual([[200, "1"]]);
    expect(status).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.find(({ req }) => req?.url === "/v1/segment")).toMatchObject({ reqId: expect.any(String) });
  });

  it("says what is wrong with its command line", async () => {
    for (const [args, words] of [
      [["--host", "0.0.0.0"], /token/],
      [["--token", "short"], /16 or more/],
      [["--max-pixels", "0"], /--max-pixels: expected/],
      [["--model", "./nowhere"], /nowhere/],
    ] as const) {
      const { status, stderr } = await runKept(["serve", "--port", "0", "--quiet", ...args]);
      expect([status, stderr]).toEqual([2, expect.stringMatching(words)]);
    }
  });
});
