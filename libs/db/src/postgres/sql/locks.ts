/**
 * Numbers of the advisory locks, all in one place: two locks of one number in one database would wait for each other for no
 * reason, and both databases may be one. Never to be changed: processes of another version take the same.
 */
export const LOCKS = {
  migration: 7_205_759_403,
  patternEvents: 7_205_759_404,
  partitions: 7_205_759_405,
  foldCounts: 7_205_759_406,
  signTexts: 7_205_759_407,
  maintenance: 7_205_759_408,
} as const;
