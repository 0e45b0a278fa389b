using System;

namespace Fog.Wasm.Portable
{
    // The state of an instance at the entry of a basic block, docs/snapshots.md from "memory pages" on. Of the registers
    // those count that lie below the top of the innermost frame: what a caller had above its callee's arguments is dead.
    public sealed partial class Executor
    {
        /// <summary>Fills the place of <see cref="Instantiate"/> and <see cref="Begin"/>: goes on where a snapshot was taken.</summary>
        /// <exception cref="SnapshotException">It is not the state of a run of this image that called the function.</exception>
        /// <exception cref="ImageException">The snapshot ends early.</exception>
        internal void ReadState(ImageReader reader, int function)
        {
            long used = reader.I64();
            if (used < 0 || used > fuelBeyond) throw new SnapshotException(SnapshotError.FuelOverLimit, "fuel used");
            fuelBeyond -= used;
            int pages = reader.I32();
            int more = pages - (memory.Bytes / LinearMemory.PageBytes);
            if (pages < 0 || more < 0 || memory.Grow(more) < 0) throw new SnapshotException(SnapshotError.MemoryOverLimit, "memory pages");
            ReadFrames(reader, function);
            ReadRegisters(reader);
            bool passive = false;
            for (int i = 0; i < elementDropped.Length; i++) elementDropped[i] = ReadFlag(reader);
            for (int i = 0; i < dataDropped.Length; i++)
            {
                dataDropped[i] = ReadFlag(reader);
                passive |= !dataDropped[i];
            }

            if (!passive) image.Bytes = null;
            ReadTables(reader);
            ReadMemory(reader);
        }

        internal void WriteState(SnapshotWriter writer, long fuelMax)
        {
            if (floor != 0) throw new ArgumentException("within a call of the host");
            writer.I64(fuelMax - fuelBeyond);
            writer.I32(memory.Bytes / LinearMemory.PageBytes);
            writer.U16(depth);
            writer.I32s(returnCells, depth - 1);
            writer.I32(cell);

            int[] live = LiveRegisters(new int[] { i32Base, i64Base, f32Base, f64Base }, image.FunctionAt(cell));
            writer.I32s(i32Registers, live[0]);
            writer.I64s(i64Registers, 0, live[1]);
            for (int i = 0; i < live[2]; i++) writer.I32(FloatOps.ToBits(f32Registers[i]));
            for (int i = 0; i < live[3]; i++) writer.I64(BitConverter.DoubleToInt64Bits(f64Registers[i]));

            for (int i = 0; i < elementDropped.Length; i++) writer.U8(elementDropped[i] ? 1 : 0);
            for (int i = 0; i < dataDropped.Length; i++) writer.U8(dataDropped[i] ? 1 : 0);
            writer.U8(tablesChanged ? 1 : 0);
            for (int i = 0; tablesChanged && i < tables.Length; i++)
            {
                writer.I32(tables[i].Elements.Length);
                writer.I32s(tables[i].Elements, tables[i].Elements.Length);
            }

            WriteMemory(writer);
        }

        private void WriteMemory(SnapshotWriter writer)
        {
            int chunks = 0;
            for (int i = 0; i < memory.Chunks.Length; i++)
            {
                if (FirstWord(memory.Chunks[i]) <= LinearMemory.WordMask) chunks++;
            }

            writer.I32(chunks);
            for (int i = 0; i < memory.Chunks.Length; i++)
            {
                long[] chunk = memory.Chunks[i];
                int first = FirstWord(chunk);
                if (first > LinearMemory.WordMask) continue;
                int last = LinearMemory.WordMask;
                while (chunk[last] == 0) last--;
                writer.I32(i);
                writer.U8(first);
                writer.U8(last);
                writer.I64s(chunk, first, last + 1);
            }
        }

        // The first word that is not zero, or one behind the last.
        private int FirstWord(long[] chunk)
        {
            int first = chunk == memory.Zeros ? LinearMemory.WordMask + 1 : 0;
            while (first <= LinearMemory.WordMask && chunk[first] == 0) first++;
            return first;
        }

        // Each open call must be one that the code makes, of the function that the next frame is in, so that what the run
        // returns to is what it came from.
        private void ReadFrames(ImageReader reader, int function)
        {
            int calls = reader.U16();
            if (calls < 1 || calls > callDepthMax) throw new SnapshotException(SnapshotError.DepthOverLimit, "open calls");
            int[] returns = calls > returnCells.Length ? new int[calls] : returnCells;
            for (int i = 0; i < calls - 1; i++) returns[i] = reader.I32();
            int block = reader.I32();

            byte[] instructions = image.MarkInstructions();
            int[] frameBase = new int[4];
            int[] top = new int[4];
            for (int kind = 0; kind < 4; kind++) frameBase[kind] = image.GlobalCounts[kind];
            Raise(top, frameBase, function);
            for (int i = 0; i < calls - 1; i++)
            {
                // Behind the two cells of the call.
                int call = returns[i] - 2;
                if (!IsInstructionOf(instructions, call, function)) throw new SnapshotException(SnapshotError.BadFrame, "a return to where no call is");
                function = Callee(image.Code[call], image.FunctionAt(i == calls - 2 ? block : returns[i + 1] - 2));
                for (int kind = 0; kind < 4; kind++) frameBase[kind] += (int)(image.Code[call + 1] >> (16 * kind)) & 0xFFFF;
                Raise(top, frameBase, function);
            }

            if (!IsInstructionOf(instructions, block, function) || ((int)image.Code[block] & 0xFFFF) != (int)DeviceOp.Block) throw new SnapshotException(SnapshotError.NotABlock, "where execution stands");
            int[] live = LiveRegisters(frameBase, function);
            if (reader.Left / 4 < live[0] + (2 * live[1]) + live[2] + (2 * live[3])) throw new SnapshotException(SnapshotError.Truncated, "registers");

            cell = block;
            i32Base = frameBase[0];
            i64Base = frameBase[1];
            f32Base = frameBase[2];
            f64Base = frameBase[3];
            depth = calls;
            returnCells = returns;
            Reserve(top[0] - i32Base, top[1] - i64Base, top[2] - f32Base, top[3] - f64Base);
        }

        private void ReadRegisters(ImageReader reader)
        {
            int[] live = LiveRegisters(new int[] { i32Base, i64Base, f32Base, f64Base }, image.FunctionAt(cell));
            for (int i = 0; i < live[0]; i++) i32Registers[i] = reader.I32();
            for (int i = 0; i < live[1]; i++) i64Registers[i] = reader.I64();
            for (int i = 0; i < live[2]; i++) f32Registers[i] = FloatOps.FromBits(reader.I32());
            for (int i = 0; i < live[3]; i++) f64Registers[i] = BitConverter.Int64BitsToDouble(reader.I64());
        }

        private void ReadTables(ImageReader reader)
        {
            tablesChanged = ReadFlag(reader);
            if (!tablesChanged)
            {
                if (!InitTables()) throw new SnapshotException(SnapshotError.BadField, "an image whose segments do not fit");
                return;
            }

            int elements = 0;
            for (int i = 0; i < tables.Length; i++)
            {
                int count = reader.WideCount(4);
                elements += count;
                if (count < image.TableSizes[i] || count > image.TableSizesMax[i] || elements > PortableLimits.TableElementsMax) throw new SnapshotException(SnapshotError.BadField, "table elements");
                tables[i].Elements = new int[count];
                for (int j = 0; j < count; j++) tables[i].Elements[j] = reader.I32();
            }
        }

        private void ReadMemory(ImageReader reader)
        {
            int chunks = reader.WideCount(6);
            int least = 0;
            for (; chunks > 0; chunks--)
            {
                int index = reader.I32();
                int first = reader.U8();
                int last = reader.U8();
                if (index < least || index >= memory.Chunks.Length || first > last || last > LinearMemory.WordMask) throw new SnapshotException(SnapshotError.BadField, "a chunk of memory");
                least = index + 1;
                long[] chunk = memory.Touch(index << LinearMemory.ChunkShift);
                for (int word = first; word <= last; word++) chunk[word] = reader.I64();
                if (chunk[first] == 0 || chunk[last] == 0) throw new SnapshotException(SnapshotError.BadField, "a chunk with zeros around it");
            }
        }

        private static bool ReadFlag(ImageReader reader)
        {
            int flag = reader.U8();
            if (flag > 1) throw new SnapshotException(SnapshotError.BadField, "a flag that is neither 0 nor 1");
            return flag == 1;
        }

        // The function at hand, if the call can have called it.
        private int Callee(long call, int function)
        {
            int operand = (int)(call >> 16) & 0xFFFF;
            bool fits = false;
            if (((int)call & 0xFFFF) == (int)DeviceOp.Call) fits = operand == function;
            else if (((int)call & 0xFFFF) == (int)DeviceOp.CallIndirect) fits = function >= 0 && image.FunctionTypes[function] == operand;
            if (!fits) throw new SnapshotException(SnapshotError.BadFrame, "a call of another function");
            return function;
        }

        private bool IsInstructionOf(byte[] instructions, int at, int function)
        {
            return at >= 0 && at < image.Code.Length && (instructions[at >> 3] & (1 << (at & 7))) != 0 && image.FunctionAt(at) == function;
        }

        // Registers of each kind up to the top of a frame.
        private int[] LiveRegisters(int[] frameBase, int function)
        {
            int[] live = new int[4];
            Raise(live, frameBase, function);
            return live;
        }

        private void Raise(int[] top, int[] frameBase, int function)
        {
            long prologue = image.Code[image.FunctionCells[function]];
            for (int kind = 0; kind < 4; kind++)
            {
                int end = frameBase[kind] + ((int)(prologue >> (16 * kind)) & 0xFFFF);
                if (top[kind] < end) top[kind] = end;
            }
        }
    }
}
