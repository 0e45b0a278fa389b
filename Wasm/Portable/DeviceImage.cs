namespace Fog.Wasm.Portable
{
    /// <summary>
    /// A function lowered for execution, as parallel primitive arrays. Layout, little-endian:
    /// <code>
    /// u32 magic "FOG1"   u16 version = 2   u16 first function   u32 length of the image
    /// u32 memory pages   u32 memory pages at most
    /// u16 entry function   u16 allocator   u16 start function            (0xFFFF: none)
    /// u8 result tag   u8 count, u8 tags of parameters
    /// u16 count, globals:    u8 register kind (0 i32, 1 i64, 2 f32, 3 f64), u64 bits
    /// u16 count, functions:  u32 cell of the prologue, u16 type
    /// u16 count, tables:     u32 elements, u32 elements at most
    /// u16 count, elements:   u8 passive, u16 table, u32 offset, u32 count, u16 functions (0xFFFF: null)
    /// u16 count, data:       u8 passive, u32 offset, u32 count, bytes
    /// u32 count, bytes of the trap map: varint cells and zigzag varint module bytes since the former entry
    /// u32 count, u64 cells of code (<see cref="DeviceOp"/>)
    /// </code>
    /// Function numbers: the image's own count from the first function on, lower ones are imports. The layout lists its own.
    /// A prologue is one cell, the registers of each kind that a frame needs, 16 bits each, before the first block.
    /// </summary>
    public sealed class DeviceImage
    {
        public const int Magic = 0x31474F46;
        public const int Version = 2;
        public const int None = 0xFFFF;

        internal readonly int MemoryPages;
        internal readonly int MemoryPagesMax;
        internal readonly int Start;
        internal readonly int[] GlobalCounts = new int[4];
        internal readonly byte[] GlobalKinds;
        internal readonly long[] GlobalBits;
        internal readonly int FirstFunction;
        internal readonly int[] FunctionCells;
        internal readonly ushort[] FunctionTypes;
        internal readonly int[] TableSizes;
        internal readonly int[] TableSizesMax;
        internal readonly bool[] ElementPassive;
        internal readonly int[] ElementTables;
        internal readonly int[] ElementOffsets;
        internal readonly int[][] ElementItems;
        internal readonly bool[] DataPassive;
        internal readonly int[] DataOffsets;
        internal readonly int[] DataPositions;
        internal readonly int[] DataCounts;
        internal readonly byte[] TrapMap;
        internal readonly long[] Code;

        // The image itself, until the active data segments have been copied; passive ones keep it.
        internal byte[] Bytes;

        /// <exception cref="ImageException">The bytes are no image, or one over a limit.</exception>
        public DeviceImage(byte[] bytes)
        {
            Bytes = bytes;
            if (bytes.Length > PortableLimits.ImageBytesMax) throw new ImageException(ImageError.LimitExceeded, "image bytes");
            ImageReader reader = new ImageReader(bytes);
            if (reader.I32() != Magic) throw new ImageException(ImageError.BadMagic, "no device image");
            if (reader.U16() != Version) throw new ImageException(ImageError.UnsupportedVersion, "image version");
            FirstFunction = reader.U16();
            if (reader.I32() != bytes.Length) throw new ImageException(ImageError.LengthMismatch, "image length");

            MemoryPages = reader.I32();
            MemoryPagesMax = reader.I32();
            if ((uint)MemoryPagesMax > PortableLimits.MemoryPagesMax) throw new ImageException(ImageError.LimitExceeded, "memory pages");
            if ((uint)MemoryPages > (uint)MemoryPagesMax) throw new ImageException(ImageError.MemoryOverLimit, "initial memory pages");
            EntryFunction = reader.U16();
            Allocator = reader.U16();
            Start = reader.U16();
            ResultTag = (byte)reader.U8();
            ParameterTags = new byte[reader.U8()];
            for (int i = 0; i < ParameterTags.Length; i++) ParameterTags[i] = (byte)reader.U8();

            int count = reader.Count(9);
            GlobalKinds = new byte[count];
            GlobalBits = new long[count];
            for (int i = 0; i < count; i++)
            {
                GlobalKinds[i] = (byte)reader.U8();
                GlobalBits[i] = reader.I64();
                if (GlobalKinds[i] > 3) throw new ImageException(ImageError.BadReference, "register kind");
                GlobalCounts[GlobalKinds[i]]++;
            }

            count = reader.Count(6);
            if (count > PortableLimits.FunctionsMax) throw new ImageException(ImageError.LimitExceeded, "functions");
            FunctionCells = new int[count];
            FunctionTypes = new ushort[count];
            for (int i = 0; i < count; i++)
            {
                FunctionCells[i] = reader.I32();
                FunctionTypes[i] = (ushort)reader.U16();
            }

            count = reader.Count(8);
            TableSizes = new int[count];
            TableSizesMax = new int[count];
            int elements = 0;
            for (int i = 0; i < count; i++)
            {
                TableSizes[i] = reader.I32();
                TableSizesMax[i] = reader.I32();
                if ((uint)TableSizesMax[i] > PortableLimits.TableElementsMax || (uint)TableSizes[i] > PortableLimits.TableElementsMax - elements) throw new ImageException(ImageError.LimitExceeded, "table elements");
                elements += TableSizes[i];
            }

            count = reader.Count(11);
            ElementPassive = new bool[count];
            ElementTables = new int[count];
            ElementOffsets = new int[count];
            ElementItems = new int[count][];
            for (int i = 0; i < count; i++)
            {
                ElementPassive[i] = reader.U8() != 0;
                ElementTables[i] = reader.U16();
                ElementOffsets[i] = reader.I32();
                if (!ElementPassive[i] && ElementTables[i] >= TableSizes.Length) throw new ImageException(ImageError.BadReference, "table of an element segment");
                int[] items = new int[reader.WideCount(2)];
                for (int j = 0; j < items.Length; j++) items[j] = NumberOrNull(reader.U16());
                ElementItems[i] = items;
            }

            count = reader.Count(9);
            DataPassive = new bool[count];
            DataOffsets = new int[count];
            DataPositions = new int[count];
            DataCounts = new int[count];
            for (int i = 0; i < count; i++)
            {
                DataPassive[i] = reader.U8() != 0;
                DataOffsets[i] = reader.I32();
                DataCounts[i] = reader.WideCount(1);
                DataPositions[i] = reader.Position;
                reader.Skip(DataCounts[i]);
            }

            TrapMap = new byte[reader.WideCount(1)];
            for (int i = 0; i < TrapMap.Length; i++) TrapMap[i] = (byte)reader.U8();
            Code = new long[reader.WideCount(8)];
            for (int i = 0; i < Code.Length; i++) Code[i] = reader.I64();
            if (reader.Left != 0) throw new ImageException(ImageError.LengthMismatch, "bytes behind the code");

            for (int i = 0; i < FunctionCells.Length; i++)
            {
                CheckPrologue(FunctionCells[i]);
                if (i > 0 && FunctionCells[i] <= FunctionCells[i - 1]) throw new ImageException(ImageError.BadReference, "functions out of order");
            }

            CheckFunction(EntryFunction);
            CheckFunction(Allocator);
            CheckFunction(Start);
        }

        /// <summary>Index of the function a call runs, or <see cref="None"/>.</summary>
        public int EntryFunction { get; private set; }

        /// <summary>Index of fog_alloc, or <see cref="None"/>.</summary>
        public int Allocator { get; private set; }

        public byte ResultTag { get; private set; }

        public byte[] ParameterTags { get; private set; }

        /// <summary>Managed heap held, in bytes.</summary>
        internal int HeapBytes
        {
            get
            {
                int bytes = ManagedHeap.Object(26) + ManagedHeap.Array(ParameterTags.Length) + ManagedHeap.Array(GlobalCounts.Length * 4);
                bytes += ManagedHeap.Array(GlobalKinds.Length) + ManagedHeap.Array(GlobalBits.Length * 8);
                bytes += ManagedHeap.Array(FunctionCells.Length * 4) + ManagedHeap.Array(FunctionTypes.Length * 2);
                bytes += 2 * ManagedHeap.Array(TableSizes.Length * 4);
                bytes += ManagedHeap.Array(ElementPassive.Length) + (2 * ManagedHeap.Array(ElementTables.Length * 4)) + ManagedHeap.Array(ElementItems.Length * ManagedHeap.ReferenceBytes);
                for (int i = 0; i < ElementItems.Length; i++) bytes += ManagedHeap.Array(ElementItems[i].Length * 4);
                bytes += ManagedHeap.Array(DataPassive.Length) + (3 * ManagedHeap.Array(DataOffsets.Length * 4));
                bytes += ManagedHeap.Array(TrapMap.Length) + ManagedHeap.Array(Code.Length * 8);
                return Bytes == null ? bytes : bytes + ManagedHeap.Array(Bytes.Length);
            }
        }

        // Without imports, what is not one of the image's own is nothing.
        private int NumberOrNull(int number)
        {
            if (number == None) return -1;
            if (FirstFunction == 0 && number >= FunctionCells.Length) throw new ImageException(ImageError.BadReference, "function number");
            return number;
        }

        private void CheckFunction(int index)
        {
            if (index != None && index >= FunctionCells.Length) throw new ImageException(ImageError.BadReference, "function index");
        }

        /// <summary>Fuel of the basic block that a cell begins.</summary>
        internal static int Cost(long block)
        {
            return (int)(block >> 16) & 0xFFFF;
        }

        /// <summary>The function whose code or prologue a cell is, or -1.</summary>
        internal int FunctionAt(int cell)
        {
            int least = -1;
            int most = FunctionCells.Length - 1;
            while (least < most)
            {
                int middle = (least + most + 1) / 2;
                if (FunctionCells[middle] <= cell) least = middle;
                else most = middle - 1;
            }

            return least;
        }

        /// <summary>A bit for each cell, set where an instruction begins.</summary>
        internal byte[] MarkInstructions()
        {
            byte[] marks = new byte[(Code.Length + 7) / 8];
            int function = 0;
            for (int at = 0; at < Code.Length; )
            {
                if (function < FunctionCells.Length && FunctionCells[function] <= at)
                {
                    at = FunctionCells[function++] + 1;
                    continue;
                }

                marks[at >> 3] |= (byte)(1 << (at & 7));
                at += Cells(Code[at]);
            }

            return marks;
        }

        /// <summary>Cells of the instruction that begins with this one.</summary>
        internal static int Cells(long first)
        {
            switch ((DeviceOp)((int)first & 0xFFFF))
            {
                case DeviceOp.BrTable:
                    return 1 + ((((int)(first >> 32) & 0xFFFF) + 2) / 2);
                case DeviceOp.Call:
                case DeviceOp.CallImport:
                case DeviceOp.CallIndirect:
                case DeviceOp.I32AddScaled:
                case DeviceOp.StepBrLtS:
                case DeviceOp.StepBrLtSImm:
                case DeviceOp.StepBrGeSImm:
                case DeviceOp.StepBrLtU:
                case DeviceOp.StepBrNe:
                case DeviceOp.AddBrLtS:
                case DeviceOp.SelectI32:
                case DeviceOp.SelectI64:
                case DeviceOp.SelectF32:
                case DeviceOp.SelectF64:
                case DeviceOp.F64MulAdd:
                case DeviceOp.F64MulAddThenStepBrLtS:
                case DeviceOp.F64MulSub:
                case DeviceOp.F64MulSubFrom:
                case DeviceOp.I32LoadIndexed:
                case DeviceOp.F64LoadIndexed:
                case DeviceOp.I32MulAdd:
                case DeviceOp.F64AddConst:
                case DeviceOp.F64ConstSub:
                case DeviceOp.F64MulConst:
                case DeviceOp.F64DivConst:
                case DeviceOp.F64MulAddConst:
                case DeviceOp.I32AddLoad:
                case DeviceOp.F64AddLoad:
                case DeviceOp.F64SubLoad:
                case DeviceOp.F64LoadSub:
                case DeviceOp.F64MulLoad:
                case DeviceOp.F64LoadLoadSub:
                case DeviceOp.I32StoreIndexed:
                case DeviceOp.F64StoreIndexed:
                case DeviceOp.I64Const:
                case DeviceOp.F64Const:
                case DeviceOp.AddressWide:
                case DeviceOp.MemoryInit:
                case DeviceOp.TableGrow:
                case DeviceOp.TableFill:
                case DeviceOp.TableCopy:
                case DeviceOp.TableInit:
                    return 2;
                case DeviceOp.F64Fold:
                    return 4;
                case DeviceOp.F64Scan:
                    return 5;
                default:
                    return 1;
            }
        }

        private void CheckPrologue(int cell)
        {
            if (cell < 0 || cell > Code.Length - 2) throw new ImageException(ImageError.BadReference, "prologue of a function");
            for (int i = 0; i < 64; i += 16)
            {
                if (((int)(Code[cell] >> i) & 0xFFFF) > PortableLimits.FrameRegistersMax) throw new ImageException(ImageError.LimitExceeded, "registers of a frame");
            }
        }
    }
}
