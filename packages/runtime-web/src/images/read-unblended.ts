/** Reads one rectangle as RGBA. */
export type ReadStrip = (
  left: number,
  top: number,
  columns: number,
  rows: number,
) => Uint8Array | Uint8ClampedArray;

/**
 * Reads a picture through a WebGL texture, which keeps the colours that stand under alpha (a 2D canvas turns them black at alpha 0).
 *
 * @returns undefined where there is no WebGL, or the picture is larger than its textures
 */
export function readUnblended(
  bitmap: ImageBitmap,
  stripWidth: number,
  stripHeight: number,
): ReadStrip | undefined {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl", { premultipliedAlpha: false, antialias: false });
  const largest = Number(gl?.getParameter(gl.MAX_TEXTURE_SIZE) ?? 0);
  if (!gl || bitmap.width > largest || bitmap.height > largest) return undefined;
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(
    gl.FRAMEBUFFER,
    gl.COLOR_ATTACHMENT0,
    gl.TEXTURE_2D,
    gl.getParameter(gl.TEXTURE_BINDING_2D),
    0,
  );
  if (gl.getError() !== gl.NO_ERROR || gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE)
    return undefined;
  const pixels = new Uint8Array(stripWidth * stripHeight * 4);
  let rowsLeft = bitmap.height;
  return (left, top, columns, rows) => {
    gl.readPixels(left, top, columns, rows, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    if (left + columns === bitmap.width) rowsLeft -= rows;
    if (rowsLeft === 0) gl.getExtension("WEBGL_lose_context")?.loseContext(); // the texture is freed now, not at some collection
    return pixels;
  };
}
