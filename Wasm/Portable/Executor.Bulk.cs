using System;

namespace Fog.Wasm.Portable
{
    // Instructions whose work depends on an operand. Their fuel (docs/values.md) is taken when they run; the slice may
    // go negative by it, the total may not.
    public sealed partial class Executor
    {
        private const int GrowFuel = 256;

        private int RunBulk(int pc, int fi)
        {
            long[] code = image.Code;
            long w = code[pc];
            int[] i32 = i32Registers;
            int a = (int)(w >> 16) & 0xFFFF;
            int b = (int)(w >> 32) & 0xFFFF;
            int c = (int)(w >> 48) & 0xFFFF;
            int x;
            int y;
            int count;
            switch ((DeviceOp)((int)w & 0xFFFF))
            {
                case DeviceOp.MemoryGrow:
                    if (!Take(GrowFuel)) return -(int)TrapCode.FuelExhausted;
                    i32[fi + a] = memory.Grow(i32[fi + b]);
                    return pc + 1;
                case DeviceOp.MemoryFill:
                    x = i32[fi + a];
                    count = i32[fi + c];
                    if (Outside(x, count, memory.Bytes)) return -(int)TrapCode.OutOfBoundsMemoryAccess;
                    if (!TakeBytes(count)) return -(int)TrapCode.FuelExhausted;
                    memory.Fill(x, i32[fi + b], count);
                    return pc + 1;
                case DeviceOp.MemoryCopy:
                    x = i32[fi + a];
                    y = i32[fi + b];
                    count = i32[fi + c];
                    if (Outside(x, count, memory.Bytes) || Outside(y, count, memory.Bytes)) return -(int)TrapCode.OutOfBoundsMemoryAccess;
                    if (!TakeBytes(count)) return -(int)TrapCode.FuelExhausted;
                    memory.Copy(x, y, count);
                    return pc + 1;
                case DeviceOp.MemoryInit:
                    x = i32[fi + b];
                    y = i32[fi + c];
                    count = i32[fi + ((int)code[pc + 1] & 0xFFFF)];
                    if (Outside(x, count, memory.Bytes) || Outside(y, count, dataDropped[a] ? 0 : image.DataCounts[a])) return -(int)TrapCode.OutOfBoundsMemoryAccess;
                    if (!TakeBytes(count)) return -(int)TrapCode.FuelExhausted;
                    InitMemory(a, x, y, count);
                    return pc + 2;
                case DeviceOp.TableGrow:
                    count = i32[fi + ((int)code[pc + 1] & 0xFFFF)];
                    i32[fi + a] = GrowTable(b, i32[fi + c], count, out bool fuelled);
                    return fuelled ? pc + 2 : -(int)TrapCode.FuelExhausted;
                case DeviceOp.TableFill:
                    x = i32[fi + b];
                    count = i32[fi + ((int)code[pc + 1] & 0xFFFF)];
                    if (Outside(x, count, tables[a].Elements.Length)) return -(int)TrapCode.OutOfBoundsTableAccess;
                    if (!Take(count)) return -(int)TrapCode.FuelExhausted;
                    for (int i = 0; i < count; i++) tables[a].Elements[x + i] = i32[fi + c];
                    tablesChanged = true;
                    return pc + 2;
                case DeviceOp.TableCopy:
                    x = i32[fi + c];
                    y = i32[fi + ((int)code[pc + 1] & 0xFFFF)];
                    count = i32[fi + ((int)(code[pc + 1] >> 16) & 0xFFFF)];
                    if (Outside(x, count, tables[a].Elements.Length) || Outside(y, count, tables[b].Elements.Length)) return -(int)TrapCode.OutOfBoundsTableAccess;
                    if (!Take(count)) return -(int)TrapCode.FuelExhausted;
                    Array.Copy(tables[b].Elements, y, tables[a].Elements, x, count);
                    tablesChanged = true;
                    return pc + 2;
                case DeviceOp.TableInit:
                    x = i32[fi + c];
                    y = i32[fi + ((int)code[pc + 1] & 0xFFFF)];
                    count = i32[fi + ((int)(code[pc + 1] >> 16) & 0xFFFF)];
                    if (Outside(x, count, tables[a].Elements.Length) || Outside(y, count, elementDropped[b] ? 0 : image.ElementItems[b].Length)) return -(int)TrapCode.OutOfBoundsTableAccess;
                    if (!Take(count)) return -(int)TrapCode.FuelExhausted;
                    InitTable(a, b, x, y, count);
                    tablesChanged = true;
                    return pc + 2;
                default:
                    throw new ImageException(ImageError.CorruptCode, "no such instruction");
            }
        }

        // Whether some of count elements from start lie outside of size; start and count are unsigned.
        private static bool Outside(int start, int count, int size)
        {
            return (uint)count > (uint)size || (uint)start > (uint)(size - count);
        }

        private bool TakeBytes(int count)
        {
            return Take((count >> 3) + ((count & 7) != 0 ? 1 : 0));
        }

        private bool Take(int fuel)
        {
            if (sliceFuel + fuelBeyond < fuel) return false;
            sliceFuel -= fuel;
            if (sliceFuel >= 0) return true;
            fuelBeyond += sliceFuel;
            sliceFuel = 0;
            return true;
        }

        private int GrowTable(int table, int value, int delta, out bool fuelled)
        {
            fuelled = true;
            int[] old = tables[table].Elements;
            int elements = 0;
            for (int i = 0; i < tables.Length; i++) elements += tables[i].Elements.Length;
            if ((uint)delta > (uint)(tables[table].ElementsMax - old.Length) || (uint)delta > (uint)(PortableLimits.TableElementsMax - elements)) return -1;
            fuelled = Take(delta);
            if (!fuelled) return -1;
            int[] grown = new int[old.Length + delta];
            Array.Copy(old, 0, grown, 0, old.Length);
            for (int i = old.Length; i < grown.Length; i++) grown[i] = value;
            tables[table].Elements = grown;
            tablesChanged = true;
            return old.Length;
        }

        // The active element segments; false when one does not fit.
        private bool InitTables()
        {
            for (int i = 0; i < elementDropped.Length; i++)
            {
                if (image.ElementPassive[i]) continue;
                if (!InitTable(image.ElementTables[i], i, image.ElementOffsets[i], 0, image.ElementItems[i].Length)) return false;
                elementDropped[i] = true;
            }

            return true;
        }

        private bool InitTable(int table, int segment, int to, int from, int count)
        {
            if (Outside(to, count, tables[table].Elements.Length)) return false;
            Array.Copy(image.ElementItems[segment], from, tables[table].Elements, to, count);
            return true;
        }

        private bool InitMemory(int segment, int to, int from, int count)
        {
            if (Outside(to, count, memory.Bytes)) return false;
            if (count > 0) memory.Write(to, image.Bytes, image.DataPositions[segment] + from, count, null);
            return true;
        }
    }
}
