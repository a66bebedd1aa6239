import { readFileSync } from "node:fs";
import { messageOf, type Runtime } from "@sam2js/core";
import type { Check } from "./check.js";

/** Decodes a small picture in each format, and encodes one. */
export async function checkImages(runtime: Runtime): Promise<Check[]> {
  const { side, samples }: { side: number; samples: Record<string, string> } = JSON.parse(
    readFileSync(new URL("../../data/codec-samples.json", import.meta.url), "utf8"),
  );
  const broken: string[] = [];
  const fine: string[] = [];
  for (const [format, sample] of Object.entries(samples)) {
    try {
      const { data, width } = await runtime.decodeImage(Buffer.from(sample, "base64"));
      const isRight = width === side && (data[0] ?? 0) > 150 && (data[2] ?? 255) < 90;
      (isRight ? fine : broken).push(isRight ? format : `${format} (wrong colours)`);
    } catch (error) {
      broken.push(`${format} (${messageOf(error)})`);
    }
  }
  const checks: Check[] = [
    { name: "read images", state: fine.length > 0 ? "ok" : "missing", detail: fine.join(", ") || "none" },
  ];
  if (broken.length > 0) checks.push({ name: "", state: "missing", detail: broken.join("; ") });
  try {
    await runtime.encodePng({ data: new Uint8Array(3), width: 1, height: 1, channels: 3 });
    checks.push({ name: "write images", state: "ok", detail: "PNG" });
  } catch (error) {
    checks.push({
      name: "write images",
      state: "missing",
      detail: messageOf(error),
    });
  }
  return checks;
}
