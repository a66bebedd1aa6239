import { CheckpointError } from "@sam2js/core";

/** Refuses a file: names it (or a part of it), what was expected, what came, and what to do. An expression, unlike `throw`. */
export function refuseFile(where: string, expected: string, got: string, next: string): never {
  throw CheckpointError.expected(where, expected, got, next);
}

/** Refuses what `torch.jit.save` writes. */
export function refuseProgram(where: string): never {
  const next = 'save its weights: torch.save({"model": model.state_dict()}, "weights.pt")';
  return refuseFile(where, "weights", "a program (TorchScript)", next);
}
