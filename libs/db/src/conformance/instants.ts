/** 0001-01-01T00:00:00Z, the first second that a record can carry. */
export const FIRST_SECOND = -62_135_596_800;
/** 9999-12-31T23:59:59Z, the last one. */
export const LAST_SECOND = 253_402_300_799;
