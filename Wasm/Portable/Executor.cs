using System;

namespace Fog.Wasm.Portable
{
    /// <summary>How a run of the executor ended.</summary>
    public enum RunStatus
    {
        /// <summary>The function returned; results are in the lowest registers of each kind.</summary>
        Returned,

        /// <summary>The slice is used up; the next run goes on at the same block.</summary>
        Stopped,
        Trapped,
    }

    /// <summary>
    /// One instance of an image: registers, frames, memory, tables, fuel. Registers of all frames of one kind lie in one
    /// array, globals first; a callee's frame starts at its arguments, where its results will be; a frame is nothing but
    /// the cell to return to, since the call there says how far the registers move.
    /// </summary>
    public sealed partial class Executor : IGuest
    {
        // Of RunSlice in nanoFramework, and as much for what it calls.
        private const int SliceFrameBytes = 4096;

        private readonly DeviceImage image;
        private readonly LinearMemory memory;
        private readonly Table[] tables;
        private readonly IHost host;
        private readonly bool[] elementDropped;
        private readonly bool[] dataDropped;

        // Whether a table may differ from what the active segments make of it.
        private bool tablesChanged;
        private readonly int callDepthMax;

        private int[] i32Registers;
        private long[] i64Registers;
        private float[] f32Registers;
        private double[] f64Registers;
        private int[] returnCells = new int[8];

        // Where execution stands between runs: always at the cost of a block.
        private int cell;
        private int depth;
        private int i32Base;
        private int i64Base;
        private int f32Base;
        private int f64Base;

        // Fuel of the slice while it runs, and what is left behind it.
        private int sliceFuel;
        private long fuelBeyond;

        // RunSlice has been entered, so that it may have changed what there is.
        private bool isInSlice;

        /// <summary>An instance with zeroed memory; <see cref="Instantiate"/> comes next.</summary>
        /// <exception cref="ImageException">The image wants more memory than it may have.</exception>
        public Executor(DeviceImage image, long fuelMax, int memoryBytesMax, int callDepthMax)
            : this(image, fuelMax, memoryBytesMax, callDepthMax, null, null, new Table[0])
        {
        }

        /// <summary>An instance among others: of what the image imports, memory and tables are theirs.</summary>
        /// <param name="image">The image.</param>
        /// <param name="fuelMax">Fuel of all its runs.</param>
        /// <param name="memoryBytesMax">Linear memory of its own.</param>
        /// <param name="callDepthMax">Calls that may be open at once.</param>
        /// <param name="host">Calls what the image does not have; null for an image that imports nothing.</param>
        /// <param name="importedMemory">The memory it imports; null for its own.</param>
        /// <param name="importedTables">The tables it imports, the first of its tables.</param>
        /// <exception cref="ImageException">The image wants more memory than it may have.</exception>
        public Executor(DeviceImage image, long fuelMax, int memoryBytesMax, int callDepthMax, IHost host, LinearMemory importedMemory, Table[] importedTables)
        {
            this.image = image;
            this.host = host;

            // Others may change a table too.
            tablesChanged = host != null;
            this.callDepthMax = callDepthMax < PortableLimits.CallDepthMax ? callDepthMax : PortableLimits.CallDepthMax;
            fuelBeyond = fuelMax;
            int pagesMax = memoryBytesMax / LinearMemory.PageBytes;
            if (image.MemoryPagesMax < pagesMax) pagesMax = image.MemoryPagesMax;
            if (importedMemory == null && image.MemoryPages > pagesMax) throw new ImageException(ImageError.MemoryOverLimit, "initial memory pages");
            memory = importedMemory == null ? new LinearMemory(image.MemoryPages, pagesMax) : importedMemory;
            tables = new Table[image.TableSizes.Length];
            for (int i = 0; i < tables.Length; i++) tables[i] = i < importedTables.Length ? importedTables[i] : new Table(image.TableSizes[i], image.TableSizesMax[i]);

            elementDropped = new bool[image.ElementItems.Length];
            dataDropped = new bool[image.DataCounts.Length];
            i32Registers = new int[image.GlobalCounts[0] + 16];
            i64Registers = new long[image.GlobalCounts[1] + 2];
            f32Registers = new float[image.GlobalCounts[2] + 2];
            f64Registers = new double[image.GlobalCounts[3] + 2];
            for (int i = 0; i < image.GlobalBits.Length; i++) SetGlobal(i, image.GlobalBits[i]);
            i32Floor = image.GlobalCounts[0];
            i64Floor = image.GlobalCounts[1];
            f32Floor = image.GlobalCounts[2];
            f64Floor = image.GlobalCounts[3];
            Unwind();
        }

        /// <summary>The tables, those of others first.</summary>
        public Table[] Tables
        {
            get { return tables; }
        }

        public LinearMemory Memory
        {
            get { return memory; }
        }

        public TrapCode Trap { get; private set; }

        /// <summary>Function index of the trap.</summary>
        public int TrapFunction { get; private set; }

        /// <summary>Byte offset in the module of the instruction that trapped.</summary>
        public int TrapOffset { get; private set; }

        public long FuelLeft
        {
            get { return fuelBeyond; }
        }

        /// <summary>Managed heap held, image, memory and tables with it, in bytes.</summary>
        public int HeapBytes
        {
            get
            {
                int bytes = ManagedHeap.Object(31);
                bytes += ManagedHeap.Array(i32Registers.Length * 4) + ManagedHeap.Array(i64Registers.Length * 8);
                bytes += ManagedHeap.Array(f32Registers.Length * 4) + ManagedHeap.Array(f64Registers.Length * 8);
                bytes += ManagedHeap.Array(returnCells.Length * 4) + ManagedHeap.Array(elementDropped.Length) + ManagedHeap.Array(dataDropped.Length);
                bytes += ManagedHeap.Array(tables.Length * ManagedHeap.ReferenceBytes);
                for (int i = 0; i < tables.Length; i++) bytes += tables[i].HeapBytes;
                return bytes + memory.HeapBytes + image.HeapBytes;
            }
        }

        /// <summary>Copies the active segments in; false after a trap.</summary>
        public bool Instantiate()
        {
            if (!InitTables()) return TrapBeforeCode(TrapCode.OutOfBoundsTableAccess);
            bool passive = false;
            for (int i = 0; i < dataDropped.Length; i++)
            {
                passive |= image.DataPassive[i];
                if (image.DataPassive[i]) continue;
                if (!InitMemory(i, image.DataOffsets[i], 0, image.DataCounts[i])) return TrapBeforeCode(TrapCode.OutOfBoundsMemoryAccess);
                dataDropped[i] = true;
            }

            if (!passive) image.Bytes = null;
            return true;
        }

        public void SetI32(int register, int value)
        {
            Reserve(register + 1, 0, 0, 0);
            i32Registers[i32Base + register] = value;
        }

        public void SetI64(int register, long value)
        {
            Reserve(0, register + 1, 0, 0);
            i64Registers[i64Base + register] = value;
        }

        public void SetF32(int register, float value)
        {
            Reserve(0, 0, register + 1, 0);
            f32Registers[f32Base + register] = value;
        }

        public void SetF64(int register, double value)
        {
            Reserve(0, 0, 0, register + 1);
            f64Registers[f64Base + register] = value;
        }

        public int GetI32(int register)
        {
            return i32Registers[i32Base + register];
        }

        public long GetI64(int register)
        {
            return i64Registers[i64Base + register];
        }

        public float GetF32(int register)
        {
            return f32Registers[f32Base + register];
        }

        public double GetF64(int register)
        {
            return f64Registers[f64Base + register];
        }

        /// <summary>
        /// Makes the next run start this function of the image's own. Arguments have been set: the parameters of each kind,
        /// in order, from register 0 of the kind; results will stand there.
        /// </summary>
        public void Begin(int function)
        {
            cell = image.FunctionCells[function];
            Reserve(image.Code[cell]);
            cell++;
            floor = depth;
            i32Floor = i32Base;
            i64Floor = i64Base;
            f32Floor = f32Base;
            f64Floor = f64Base;
            depth++;
        }

        /// <summary>Runs for about <paramref name="fuelSlice"/>, at least one block.</summary>
        /// <exception cref="ImageException">
        /// The code is corrupt. An image's digest is what protects a device from it: corrupt code may also do anything
        /// that sound code may.
        /// </exception>
        public RunStatus Run(long fuelSlice)
        {
            try
            {
                return RunMetered(fuelSlice);
            }
            catch (IndexOutOfRangeException)
            {
                throw new ImageException(ImageError.CorruptCode, "an access outside of code, registers or tables");
            }
        }

        private RunStatus RunMetered(long fuelSlice)
        {
            int cost = DeviceImage.Cost(image.Code[cell]);
            long granted = fuelSlice < cost ? cost : fuelSlice;
            if (fuelBeyond < granted) granted = fuelBeyond;
            if (granted > int.MaxValue / 2) granted = int.MaxValue / 2;
            sliceFuel = (int)granted;
            fuelBeyond -= granted;
            int end = EnterSlice();
            while (end == Slow)
            {
                int next = RunSlow(cell, i32Base, i64Base, f32Base, f64Base);
                if (next < 0)
                {
                    TrapAt((TrapCode)(-next));
                    end = (int)RunStatus.Trapped;
                }
                else
                {
                    cell = next;
                    end = EnterSlice();
                }
            }

            RunStatus status = (RunStatus)end;
            fuelBeyond += sliceFuel;
            sliceFuel = 0;
            if (status == RunStatus.Stopped && fuelBeyond < DeviceImage.Cost(image.Code[cell]))
            {
                TrapAt(TrapCode.FuelExhausted);
                status = RunStatus.Trapped;
            }

            if (status != RunStatus.Stopped) Unwind();
            return status;
        }

        // nanoFramework takes the frame of a method from the heap, in one block, that of RunSlice some 2,200 bytes. For a frame
        // it moves nothing out of the way, as it does for an array, however much is free in small pieces.
        private int EnterSlice()
        {
            isInSlice = false;
            try
            {
                return RunSlice();
            }
            catch (OutOfMemoryException)
            {
                if (isInSlice) throw;
            }

            LeaveRoom();
            return RunSlice();
        }

        // For the heap to be in order, and the array to be garbage.
        private static void LeaveRoom()
        {
            byte[] room = new byte[SliceFrameBytes];
            room[0] = 1;
        }

        // Makes room for the frame a prologue asks for at the present bases.
        private void Reserve(long prologue)
        {
            Reserve((int)prologue & 0xFFFF, (int)(prologue >> 16) & 0xFFFF, (int)(prologue >> 32) & 0xFFFF, (int)(prologue >> 48) & 0xFFFF);
        }

        private void Reserve(int i32Count, int i64Count, int f32Count, int f64Count)
        {
            int needed = i32Base + i32Count;
            if (needed > i32Registers.Length)
            {
                int[] grown = new int[needed * 2];
                Array.Copy(i32Registers, 0, grown, 0, i32Registers.Length);
                i32Registers = grown;
            }

            needed = i64Base + i64Count;
            if (needed > i64Registers.Length)
            {
                long[] grown = new long[needed * 2];
                Array.Copy(i64Registers, 0, grown, 0, i64Registers.Length);
                i64Registers = grown;
            }

            needed = f32Base + f32Count;
            if (needed > f32Registers.Length)
            {
                float[] grown = new float[needed * 2];
                Array.Copy(f32Registers, 0, grown, 0, f32Registers.Length);
                f32Registers = grown;
            }

            needed = f64Base + f64Count;
            if (needed > f64Registers.Length)
            {
                double[] grown = new double[needed * 2];
                Array.Copy(f64Registers, 0, grown, 0, f64Registers.Length);
                f64Registers = grown;
            }
        }

        // Records a trap of a segment: in no function.
        private bool TrapBeforeCode(TrapCode code)
        {
            Trap = code;
            TrapFunction = 0;
            TrapOffset = 0;
            return false;
        }

        // Records a trap at the present cell.
        private bool TrapAt(TrapCode code)
        {
            Trap = code;
            int function = image.FunctionAt(cell);
            TrapFunction = image.FirstFunction + (function < 0 ? 0 : function);
            TrapOffset = 0;
            byte[] map = image.TrapMap;
            int position = 0;
            int at = 0;
            int offset = 0;
            while (position < map.Length)
            {
                int step = 0;
                for (int shift = 0; ; shift += 7)
                {
                    byte b = map[position++];
                    step |= (b & 0x7F) << shift;
                    if ((b & 0x80) == 0) break;
                }

                int zigzag = 0;
                for (int shift = 0; ; shift += 7)
                {
                    byte b = map[position++];
                    zigzag |= (b & 0x7F) << shift;
                    if ((b & 0x80) == 0) break;
                }

                at += step;
                offset += (int)((uint)zigzag >> 1) ^ -(zigzag & 1);
                if (at > cell) break;
                if (at != cell) continue;

                // Where an array's check and its load are one instruction, the check comes first.
                TrapOffset = offset;
                if (code == TrapCode.Unreachable) break;
            }

            return false;
        }
    }
}
