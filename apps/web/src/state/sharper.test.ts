import { expect, it } from "vitest";
import { addObjects, addPhotos } from "../domain/commands.js";
import { createObject } from "../domain/document.js";
import * as session from "./session.js";
import { declineSharper, sharper } from "./sharper.js";

it("is offered for a subject that the small model is not sure of, once", () => {
  const found = (id: string, score: number) => ({
    ...createObject(id, 1),
    fixed: { id: `${id}-mask`, rle: { size: [4, 4], counts: [16] }, score } as const,
  });
  session.dispatch(addPhotos([{ id: "a", name: "a.jpg", width: 4, height: 4, objects: [] }]));
  session.dispatch(addObjects("subject", new Map([["a", [found("sure", 0.96), found("unsure", 0.7)]]])));
  session.showPhoto("a");
  session.model.value = { name: "nano", device: "wasm" } as typeof session.model.value;
  session.objectId.value = "sure";
  expect(sharper.value).toBeUndefined();
  session.objectId.value = "unsure";
  expect(sharper.value?.name).toBeTypeOf("string");
  declineSharper();
  expect(sharper.value).toBeUndefined();
});
