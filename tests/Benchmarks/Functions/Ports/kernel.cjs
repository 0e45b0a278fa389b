// The module itself on V8. node kernel.cjs NAME ARGUMENTS RESULT TAG SECONDS WASM: prints the seconds of the fastest call.
// Each call gets an instance of its own, as everywhere in the fog; only the call is timed.
"use strict";
const fs = require("fs");

const [name, argumentsFile, resultFile, resultTag, seconds, wasmFile] = process.argv.slice(2);
const ARRAY = 0x80;
const BYTES = { 1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 4, 8: 4, 9: 8, 10: 8, 11: 4, 12: 8 };
const data = fs.readFileSync(argumentsFile);
const wasm = new WebAssembly.Module(fs.readFileSync(wasmFile));
const tag = Number(resultTag);

function scalar(kind, at) {
  switch (kind) {
    case 1: case 3: return data.readUInt8(at);
    case 2: return data.readInt8(at);
    case 4: return data.readInt16LE(at);
    case 5: case 6: return data.readUInt16LE(at);
    case 7: case 8: return data.readInt32LE(at);
    case 9: case 10: return data.readBigInt64LE(at);
    case 11: return data.readFloatLE(at);
    default: return data.readDoubleLE(at);
  }
}

function prepare() {
  const guest = new WebAssembly.Instance(wasm).exports;
  const values = [];
  let at = 2;
  for (let left = data.readUInt16LE(0); left > 0; left--) {
    const kind = data[at++];
    const size = BYTES[kind & ~ARRAY];
    if ((kind & ARRAY) === 0) {
      values.push(scalar(kind, at));
      at += size;
      continue;
    }
    const count = data.readUInt32LE(at);
    at += 4;
    const pointer = guest.fog_alloc(count * size) >>> 0;
    new Uint8Array(guest.memory.buffer, pointer, count * size).set(data.subarray(at, at + count * size));
    values.push(pointer, count);
    at += count * size;
  }

  // The first touch of a page is the kernel's work, and not what is measured.
  if (guest.memory) {
    const memory = new Uint8Array(guest.memory.buffer);
    for (let i = 0; i < memory.length; i += 4096) memory[i] = memory[i];
  }

  return { guest, values };
}

function encode(guest, value) {
  const size = BYTES[tag & ~ARRAY];
  if ((tag & ARRAY) === 0) {
    const scalarBytes = Buffer.alloc(1 + size);
    scalarBytes[0] = tag;
    if (tag === 12) scalarBytes.writeDoubleLE(value, 1);
    else scalarBytes.writeInt32LE(value, 1);
    return scalarBytes;
  }
  const count = Number(value & 0xffffffffn);
  const pointer = Number((value >> 32n) & 0xffffffffn);
  const header = Buffer.alloc(5);
  header[0] = tag;
  header.writeUInt32LE(count, 1);
  return Buffer.concat([header, Buffer.from(guest.memory.buffer, pointer, count * size)]);
}

let { guest, values } = prepare();
fs.writeFileSync(resultFile, encode(guest, guest[name](...values)));
let best = Infinity;
const end = process.hrtime.bigint() + BigInt(Math.round(Number(seconds) * 1e9));
for (;;) {
  ({ guest, values } = prepare());
  const kernel = guest[name];
  const start = process.hrtime.bigint();
  kernel(...values);
  const now = process.hrtime.bigint();
  if (now - start < best) best = now - start;
  if (now >= end) break;
}
console.log(Number(best) / 1e9);
