import { describe, expect, it } from "vitest";
import { chooseOutput, type OutputShape } from "./choose-output.js";
import { parseLabelConfig } from "./label-config.js";

const POINTS =
  '<KeyPointLabels name="p" toName="i" smart="true"><Label value="A"/><Label value="B"/></KeyPointLabels>';
const IMAGE = '<Image name="i" value="$image"/>';

function chosen(controls: string, label?: string, shape?: OutputShape) {
  const config = parseLabelConfig(`<View>${IMAGE}${POINTS}${controls}</View>`);
  const [media] = config.media;
  if (!media) throw new RangeError("no image");
  const { control, labelControl, label: name } = chooseOutput(config, media, label, shape);
  return [control.name, labelControl?.name, name];
}

describe("a labelling configuration", () => {
  it("has media and controls, wherever they stand, with labels by their aliases", () => {
    const xml = `<View><!-- two --><View style="display: flex">
      <Image name="i" valueList="$pages.urls"/><Video name="v" value="$video" frameRate="$fps"/>
      <Header value="Cats &amp; dogs"/></View>
      <BrushLabels name="b" toName="i,v"><Label value="Cat &lt;3" alias="cat"/><Label value="Dog &amp; co"/></BrushLabels>
      <PolygonLabels name="p" toName="i" value="$labels"/><Brush name="c" toName="i"/><Choices name="x" toName="i"/>
    </View>`;
    expect(parseLabelConfig(xml)).toEqual({
      media: [
        { name: "i", kind: "image", field: "pages.urls", isList: true, frameRate: "24" },
        { name: "v", kind: "video", field: "video", isList: false, frameRate: "$fps" },
      ],
      controls: [
        { name: "b", toNames: ["i", "v"], type: "brushlabels", shape: "brush", labels: ["cat", "Dog & co"] },
        { name: "p", toNames: ["i"], type: "polygonlabels", shape: "polygon", labels: undefined },
        { name: "c", toNames: ["i"], type: "brush", shape: "brush", labels: [] },
      ],
    });
  });

  it.each([
    ["<View>", /XML|neither/],
    ["no XML", /neither/],
    ['<!DOCTYPE x [<!ENTITY a "b">]><View/>', /DOCTYPE/],
    [`${"<View>".repeat(2000)}`, /XML/],
    [`<View>${" ".repeat(2 ** 20)}</View>`, /at most/],
  ])("is refused where it cannot be one: %.20s", (xml, message) => {
    expect(() => parseLabelConfig(xml)).toThrow(message);
  });
});

describe("a mask is handed out by", () => {
  const draw =
    (kind: string) =>
    (name: string, ...labels: string[]) =>
      `<${kind}Labels name="${name}" toName="i">${labels.map((each) => `<Label value="${each}"/>`).join("")}</${kind}Labels>`;
  const [brush, polygon, box] = [draw("Brush"), draw("Polygon"), draw("Rectangle")];

  it.each<[string, string, string | undefined, OutputShape | undefined, unknown[]]>([
    [
      "the control that has the label",
      brush("b", "A") + polygon("q", "B"),
      "B",
      undefined,
      ["q", undefined, "B"],
    ],
    ["the first of several", polygon("q", "A") + brush("b", "A"), "A", undefined, ["q", undefined, "A"]],
    [
      "the kind that is asked for",
      brush("b", "A") + polygon("q", "A"),
      "A",
      "polygon",
      ["q", undefined, "A"],
    ],
    [
      "a box only where nothing else is",
      box("r", "A") + brush("b", "A"),
      "A",
      undefined,
      ["b", undefined, "A"],
    ],
    ["a box where nothing else is", box("r", "A"), "A", undefined, ["r", undefined, "A"]],
    ["a control without the label, else", brush("b", "C"), "A", undefined, ["b", undefined, "A"]],
    ["its first label, without one", brush("b", "C", "D"), undefined, undefined, ["b", undefined, "C"]],
    [
      "Brush with Labels beside it",
      '<Brush name="b" toName="i"/><Labels name="l" toName="i"><Label value="A"/></Labels>',
      "A",
      undefined,
      ["b", "l", "A"],
    ],
    ["Bitmask alone", '<Bitmask name="m" toName="i"/>', undefined, undefined, ["m", undefined, undefined]],
  ])("%s", (_, controls, label, shape, expected) => expect(chosen(controls, label, shape)).toEqual(expected));

  it("nothing, where no control of the image draws masks", () => {
    expect(() => chosen('<BrushLabels name="b" toName="other"/>')).toThrow(/for i, got keypointlabels/);
    expect(() => chosen(brush("b", "A"), "A", "polygon")).toThrow(/polygon/);
  });
});
