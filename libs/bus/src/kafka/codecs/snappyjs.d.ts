/** snappyjs 0.7.0 comes without types. */
declare module 'snappyjs' {
  const snappy: {
    compress(bytes: Uint8Array): Uint8Array;
    /** Throws `Invalid Snappy bitstream`. */
    uncompress(bytes: Uint8Array, maxLength?: number): Uint8Array;
  };
  export default snappy;
}
