/** Number of insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Shorter beginnings of a name fit too many names. */
const SHORTEST_BEGINNING = 8;

/**
 * Sentences about set variables that nobody reads but that look like a known one: two edits away at most, or its beginning.
 * Only names with our prefixes are looked at, since the environment is full of others' variables.
 */
export function nearMisses(set: readonly string[], known: readonly string[]): readonly string[] {
  const ours = set.filter((name) => /^(ROOTSPAN|KAFKA)_/i.test(name) && !known.includes(name));
  return ours.flatMap((name) => {
    const upper = name.toUpperCase();
    const ranked = known
      .map((candidate) => ({ candidate, distance: editDistance(upper, candidate) }))
      .sort((a, b) => a.distance - b.distance);
    const nearest = ranked[0];
    const meant =
      nearest !== undefined && nearest.distance <= 2
        ? nearest.candidate
        : known.find((candidate) => upper.length >= SHORTEST_BEGINNING && candidate.startsWith(upper));
    return meant === undefined ? [] : [`The environment variable ${name} is not known and was ignored; did you mean ${meant}?`];
  });
}
