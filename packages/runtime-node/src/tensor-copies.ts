import type { EngineHost, EngineTensor } from "@sam2js/runtime-ort";

/** Copies of kept tensors in other engines of a runtime: made once, freed with the tensor that they are copies of. */
export class TensorCopies {
  readonly #copies = new WeakMap<EngineTensor, Map<EngineHost, Promise<EngineTensor>>>();

  /** The copy of a tensor in an engine. */
  in(host: EngineHost, tensor: EngineTensor): Promise<EngineTensor> {
    const copies = this.#copies.get(tensor) ?? new Map<EngineHost, Promise<EngineTensor>>();
    this.#copies.set(tensor, copies);
    const known = copies.get(host);
    if (known) return known;
    const copy = tensor.read().then((read) => host.keep(read));
    copies.set(host, copy);
    copy.catch(() => copies.delete(host));
    tensor.whenDisposed(() => {
      copies.delete(host);
      copy.then(
        (there) => there.dispose(),
        () => undefined,
      );
    });
    return copy;
  }
}
