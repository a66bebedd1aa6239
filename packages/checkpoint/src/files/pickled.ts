/** Whether a path is that of a file of weights as PyTorch saves them: `.pt`, `.pth` or `.torch`. */
export function isPickled(path: string): boolean {
  return /\.(?:pt|pth|torch)$/i.test(path);
}
