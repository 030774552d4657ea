/** Collects a statement's parameters: what a caller gave never gets into its text. */
export class BoundValues {
  readonly values: (string | number)[] = [];

  /** Takes a value in. @returns the parameter that stands for it, such as `$3` */
  add(value: string | number): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
