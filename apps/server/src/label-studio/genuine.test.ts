import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { decompressRle, Mask, removeSmallRegions, rleFromBitmap, rleIou } from "@sam2js/masks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "../__fixtures__/start.js";
import { findLabelStudio, type GenuineLabelStudio, startLabelStudio } from "./__fixtures__/genuine.js";

const [WIDTH, HEIGHT] = [800, 534]; // of groceries.jpg
const CONFIG = `<View>
  <Image name="image" value="$image" zoom="true"/>
  <KeyPointLabels name="points" toName="image" smart="true"><Label value="Bag" background="#1f77b4"/><Label value="Can"/></KeyPointLabels>
  <RectangleLabels name="boxes" toName="image" smart="true"><Label value="Bag" background="#1f77b4"/><Label value="Can"/></RectangleLabels>
  <BrushLabels name="masks" toName="image"><Label value="Bag" background="#1f77b4"/><Label value="Can" background="#ff7f0e"/></BrushLabels>
</View>`;
const READ_EXPORT = fileURLToPath(new URL("__fixtures__/read_export.py", import.meta.url));
const encodes = 'sam2_encodes_total{model="nano"}';

const folder = await findLabelStudio();
if (!folder) {
  console.warn("label studio: not here, so it is not tested with; give its venv as SAM2JS_LABEL_STUDIO");
}

describe.skipIf(!folder)("with the genuine Label Studio", () => {
  let studio: GenuineLabelStudio;
  let running: RunningServer;

  beforeAll(async () => {
    studio = await startLabelStudio(folder ?? "");
    running = await startServer({ labelStudio: { url: studio.url } });
  }, 300_000);
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await studio?.[Symbol.asyncDispose]();
  });

  /** A project with this server as its model. */
  async function createProject(title: string, config: string, extra?: object) {
    const { id } = await readJson(await studio.api("/projects", { title, label_config: config }));
    const model = {
      project: id,
      url: running.address,
      title: "sam2js",
      is_interactive: true,
      extra_params: extra,
    };
    const { id: ml, state, model_version } = await readJson(await studio.api("/ml", model));
    expect([state, model_version]).toEqual(["CO", "nano"]);
    return { id, ml };
  }

  async function upload(project: number, name: string, bytes: Uint8Array<ArrayBuffer>, type: string) {
    const form = new FormData();
    form.set("file", new Blob([bytes], { type }), name);
    await studio.api(`/projects/${project}/import`, form);
    const { tasks } = await readJson(await studio.api(`/tasks?project=${project}&fields=all`));
    return tasks.at(-1);
  }

  const click = (x: number, y: number) => ({
    id: `${x}-${y}`,
    type: "keypointlabels",
    from_name: "points",
    to_name: "image",
    original_width: WIDTH,
    original_height: HEIGHT,
    image_rotation: 0,
    is_positive: true,
    value: { x: (100 * x) / WIDTH, y: (100 * y) / HEIGHT, width: 0.3, keypointlabels: ["Bag"] },
  });

  it("a click comes back as a region, is saved, and its export is our mask; the next click does not encode", async () => {
    const { id, ml } = await createProject("click", CONFIG);
    const bytes = new Uint8Array(photo("groceries.jpg"));
    const task = await upload(id, "groceries.jpg", bytes, "image/jpeg");
    const before = await running.metric(encodes);
    const ask = async (...result: object[]) => {
      const context = { task: task.id, context: { result } };
      return (await readJson(await studio.api(`/ml/${ml}/interactive-annotating`, context))).data;
    };
    const { result } = await ask(click(480, 250));
    expect(result).toMatchObject([
      { from_name: "masks", type: "brushlabels", value: { brushlabels: ["Bag"] } },
    ]);
    await ask(click(480, 250), click(500, 300));
    expect((await running.metric(encodes)) - before).toBe(1);

    await studio.api(`/tasks/${task.id}/annotations`, { result });
    const [exported] = await readJson(await studio.api(`/projects/${id}/export?exportType=JSON`));
    const { rle } = exported.annotations[0].result[0].value;
    const zip = Buffer.from(
      await (await studio.api(`/projects/${id}/export?exportType=BRUSH_TO_COCO`)).arrayBuffer(),
    );
    const { annotations } = JSON.parse(studio.unzip(zip, "result_coco.json"));
    const rings = annotations.flatMap(({ segmentation }: { segmentation: number[][] }) => segmentation);
    const asked = { size: [HEIGHT, WIDTH], rle, rings };
    const read = spawnSync(studio.python, [READ_EXPORT], {
      input: JSON.stringify(asked),
      maxBuffer: 2 ** 28,
    });
    const pixels = JSON.parse(read.stdout.toString());

    const image = photo("groceries.jpg").toString("base64");
    const objects = [{ points: [[480, 250]] }];
    const segmented = await readJson(await running.call("/v1/segment", { json: { image, objects } }));
    const ours = new Mask(decompressRle(segmented.objects[0].masks[0].rle));
    expect(pixels.brush).toEqual(placesOf(ours));
    // Its COCO has outer borders alone: holes are filled, in ours as well.
    const { rle: filled } = removeSmallRegions(ours, 10_000, "holes");
    const theirs = new Uint8Array(HEIGHT * WIDTH);
    for (const at of pixels.coco) theirs[at] = 1;
    expect(rleIou(rleFromBitmap(theirs, WIDTH, HEIGHT), filled)).toBe(1);
  });

  it("twenty tasks are pre-annotated at once, those with boxes by their boxes", async () => {
    const { id } = await createProject("pre-annotation", CONFIG, { everything: true });
    const { data } = await upload(id, "groceries.jpg", new Uint8Array(photo("groceries.jpg")), "image/jpeg");
    const box = (i: number) => ({
      id: "box",
      type: "rectanglelabels",
      from_name: "boxes",
      to_name: "image",
      value: { x: 3 * i, y: 30, width: 15, height: 35, rotation: 0, rectanglelabels: ["Can"] },
    });
    const tasks = Array.from({ length: 19 }, (_, i) => ({
      data,
      ...(i > 0 && { predictions: [{ result: [box(i)], model_version: "boxes" }] }),
    }));
    await studio.api(`/projects/${id}/import`, tasks);
    const selectedItems = { all: true, excluded: [] };
    await studio.api(`/dm/actions?id=retrieve_tasks_predictions&project=${id}`, { selectedItems });
    const predictions = await readJson(await studio.api(`/predictions?project=${id}`));
    const ours = predictions.filter(
      ({ model_version }: { model_version: string }) => model_version === "nano",
    );
    const counts: number[] = ours.map(({ result }: { result: object[] }) => result.length);
    expect(counts.filter((count) => count === 1)).toHaveLength(18);
    expect(counts.filter((count) => count > 5)).toHaveLength(2);
  });
});

/** Pixels inside, row by row. */
function placesOf(mask: Mask): number[] {
  const inside = mask.toBitmap().data;
  return [...inside.keys()].filter((i) => inside[i]);
}
