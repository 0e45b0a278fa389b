import { fog } from "./fog";

// draw(values: f64[], count: i32) -> f64[]: as many of the values as asked for, at random and with replacement.
export function draw(values: usize, length: i32, count: i32): u64 {
  if (length < 1 || count < 0 || count >= 1 << 28) unreachable();
  const drawn = fog_alloc(count << 3);
  for (let i = 0; i < count; i++) {
    const place = <usize>(fog.random() % <u64>length);
    store<f64>(drawn + (<usize>i << 3), load<f64>(values + (place << 3)));
  }

  const line = "drew " + count.toString() + " of " + length.toString() + " at " + fog.now().toString();
  fog.log(changetype<usize>(line), line.length);
  return (<u64>drawn << 32) | <u64>count;
}

export function fog_alloc(bytes: i32): usize {
  return heap.alloc(<usize>bytes);
}
