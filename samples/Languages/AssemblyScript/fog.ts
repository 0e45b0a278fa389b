// What a function may import: docs/functions.md, "Imports". What it does not call is not imported.
export namespace fog {
  // A line in the site's log: address and count of UTF-16 units.
  // @ts-ignore: decorator
  @external("fog", "log") export declare function log(text: usize, units: i32): void;

  // The invocation's timestamp, ms since 1970-01-01 UTC, the same on every voter.
  // @ts-ignore: decorator
  @external("fog", "now") export declare function now(): i64;

  // All 64 bits of the invocation's next random number, the same on every voter.
  // @ts-ignore: decorator
  @external("fog", "random") export declare function random(): u64;

  // @ts-ignore: decorator
  @external("fog", "checkpoint") export declare function checkpoint(): void;
}
