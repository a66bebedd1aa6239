export { listS3, readS3, readS3Image } from "./read-s3.js";
export { parseS3, type S3Address } from "./s3-address.js";
export { createS3Store } from "./s3-store.js";
