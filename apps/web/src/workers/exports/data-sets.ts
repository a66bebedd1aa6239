import {
  type LabelledImage,
  splitNames,
  toClassesText,
  toClassMapPng,
  toCocoDataset,
  toCvatXml,
  toGeoJsonFeature,
  toLabelStudioResults,
  toSvg,
  toVoc,
  toVocLabelMap,
  toVocObjectPngs,
  toYoloDataYaml,
  toYoloSegmentation,
} from "@sam2js/masks";
import { stem } from "../apart-names.js";
import {
  classOf,
  type ItemsRequest,
  json,
  type LabelledPhoto,
  maskOf,
  masks,
  type Part,
  photoPart,
  picture,
  sizeOf,
  text,
  type Writer,
} from "./part.js";

/** Polygons may be this far from the mask's border, in pixels of the photo. */
const TOLERANCE = 0.75;

type Side = "train" | "val";

/** Formats that also say that a photo has no objects. */
export const LISTS_EMPTY: readonly string[] = ["coco", "yolo", "voc", "cvat", "labelstudio"];

/** Formats of annotations. Classes have the same numbers in all of them, whichever photos are written. */
export const ANNOTATIONS = {
  async coco(request) {
    const { photos, validation, hasPhotos } = request;
    if (validation === 0)
      return [
        json(`${baseName(photos)}-coco.json`, cocoOf(request, photos)),
        ...(hasPhotos ? photos.map(({ photo }) => photoPart("images", photo)) : []),
      ];
    return bySide(request).flatMap(([side, some]) => [
      json(`annotations/instances_${side}.json`, cocoOf(request, some)),
      ...(hasPhotos ? some.map(({ photo }) => photoPart(side, photo)) : []),
    ]);
  },
  async yolo(request) {
    const { photos, classes, validation, hasPhotos } = request;
    const names = text("classes.txt", toClassesText(classes));
    const label = ({ items }: LabelledPhoto) =>
      toYoloSegmentation(
        items.map(({ rle }) => rle),
        { classes: categoriesOf(request, items) },
      );
    const [only] = photos;
    if (only && photos.length === 1 && validation === 0 && !hasPhotos)
      return [text(`${stem(only.photo.name)}.txt`, label(only)), names];
    const parts = bySide(request).flatMap(([side, some]) =>
      some.flatMap((each) => [
        text(`labels/${side}/${stem(each.photo.name)}.txt`, label(each)),
        ...(hasPhotos ? [photoPart(`images/${side}`, each.photo)] : []),
      ]),
    );
    // Ultralytics wants photos for validation, if it be the same ones.
    const yaml = toYoloDataYaml(classes, validation === 0 ? { val: "images/train" } : {});
    return [...parts, names, text("data.yaml", yaml)];
  },
  async voc(request) {
    const { photos, classes, hasPhotos } = request;
    const parts: Part[] = [];
    for (const each of photos) {
      const { photo, items } = each;
      const name = stem(photo.name);
      parts.push(text(`Annotations/${name}.xml`, toVoc(labelled(request, each), classes), "application/xml"));
      const numbers = categoriesOf(request, items);
      const classMap = toClassMapPng(masks(items), numbers, sizeOf(photo));
      parts.push(await picture(`SegmentationClass/${name}.png`, classMap));
      for (const [at, map] of toVocObjectPngs(masks(items), sizeOf(photo)).entries())
        parts.push(await picture(`SegmentationObject/${name}${at === 0 ? "" : `-${at + 1}`}.png`, map));
      if (hasPhotos) parts.push(photoPart("JPEGImages", photo));
    }
    for (const [side, some] of [...bySide(request), ["trainval", photos] as const]) {
      const list = some.map(({ photo }) => `${stem(photo.name)}\n`).join("");
      for (const kind of ["Main", "Segmentation"]) parts.push(text(`ImageSets/${kind}/${side}.txt`, list));
    }
    return [...parts, text("labelmap.txt", toVocLabelMap(classes))];
  },
  async cvat(request) {
    const { photos, classes, hasPhotos } = request;
    const images = photos.map((each) => labelled(request, each));
    const name = hasPhotos ? "annotations.xml" : `${baseName(photos)}-cvat.xml`;
    const xml = text(name, toCvatXml(images, classes), "application/xml");
    return [xml, ...(hasPhotos ? photos.map(({ photo }) => photoPart("images", photo)) : [])];
  },
  async labelstudio({ photos, hasPhotos }) {
    const tasks = photos.map(({ photo, items }) => ({
      data: { image: photo.name },
      annotations: [{ result: toLabelStudioResults(masks(items), { labels: items.map(classOf) }) }],
    }));
    const pictures = hasPhotos ? photos.map(({ photo }) => photoPart("images", photo)) : [];
    return [json(`${baseName(photos)}-label-studio.json`, tasks), ...pictures];
  },
  async svg({ photos }) {
    return photos.map(({ photo, items }) => {
      const looks = { colors: items.map(({ color }) => color), titles: items.map(({ name }) => name) };
      const rles = items.map(({ rle }) => rle);
      const svg = toSvg(rles, sizeOf(photo), { tolerance: TOLERANCE, ...looks });
      return text(`${stem(photo.name)}.svg`, svg, "image/svg+xml");
    });
  },
  async geojson({ photos }) {
    return photos.map(({ photo, items }) => {
      const features = items.map((item, id) => {
        const facts = { name: item.name, class: classOf(item) };
        return { ...toGeoJsonFeature(maskOf(item), { tolerance: TOLERANCE }, facts), id };
      });
      return json(`${stem(photo.name)}.geojson`, { type: "FeatureCollection", features });
    });
  },
} satisfies Readonly<Record<string, Writer>>;

function cocoOf({ classes, isPolygon }: ItemsRequest, photos: readonly LabelledPhoto[]) {
  const images = photos.map(({ photo, items }) => ({
    fileName: photo.name,
    size: sizeOf(photo),
    masks: masks(items),
    categories: items.map((item) => classes.indexOf(classOf(item))),
    names: items.map(({ name }) => name),
  }));
  const form = isPolygon ? ({ segmentation: "polygon", tolerance: TOLERANCE } as const) : {};
  return toCocoDataset(images, { ...form, categories: classes, info: { description: "made with sam2js" } });
}

function labelled(request: ItemsRequest, { photo, items }: LabelledPhoto): LabelledImage {
  return {
    fileName: photo.name,
    size: sizeOf(photo),
    masks: items.map(({ rle }) => rle),
    categories: categoriesOf(request, items),
  };
}

function categoriesOf({ classes }: ItemsRequest, items: LabelledPhoto["items"]): number[] {
  return items.map((item) => classes.indexOf(classOf(item)));
}

/** Photos for training and for validation; a side without any is left out. */
function bySide({ photos, validation }: ItemsRequest): (readonly [Side, readonly LabelledPhoto[]])[] {
  const isKept = splitNames(
    photos.map(({ photo }) => photo.name),
    validation,
  );
  const train = photos.filter((_, i) => !isKept[i]);
  const val = photos.filter((_, i) => isKept[i]);
  return (
    [
      ["train", train],
      ["val", val],
    ] as const
  ).filter(([, some]) => some.length > 0);
}

function baseName(photos: readonly LabelledPhoto[]): string {
  return photos.length === 1 ? stem(photos[0]?.photo.name ?? "") : "sam2js";
}
