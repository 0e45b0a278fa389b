using System;

namespace Fog.Wasm.Portable
{
    /// <summary>
    /// One call of a function: fresh memory, arguments placed through fog_alloc, the function run in slices of fuel, its
    /// result encoded. A trap is a result too.
    /// </summary>
    /// <remarks>
    /// Not for several threads. When the managed heap cannot hold what the guest touches, OutOfMemoryException leaves
    /// constructor or step: that is this device's shortage and no result of the function.
    /// </remarks>
    public sealed partial class FunctionRun
    {
        private readonly DeviceImage image;
        private readonly Executor executor;
        private readonly FogModule fog;
        private readonly IWordCopy copy;
        private readonly int[] pointers;
        private readonly long fuelMax;

        // Until they are in memory and registers.
        private ArgumentReader arguments;

        // The function that runs: start, then the allocator once for each array or string, then the entry.
        private int parameter;
        private Phase phase;

        /// <param name="image">A device image.</param>
        /// <param name="arguments">A canonical argument list.</param>
        /// <param name="fuelMax">Fuel of the whole call, allocations included.</param>
        /// <param name="memoryBytesMax">Linear memory, rounded down to pages of 65,536 bytes.</param>
        /// <param name="callDepthMax">Calls that may be open at once.</param>
        /// <param name="fog">What it may import; null for a function that imports nothing.</param>
        /// <param name="copy">What the host copies arguments and result with; null where it has nothing for it.</param>
        /// <exception cref="ImageException">The image is malformed, too large, no function, or imports what there is not.</exception>
        /// <exception cref="ArgumentEncodingException">The arguments are malformed or of other types.</exception>
        public FunctionRun(byte[] image, byte[] arguments, long fuelMax, int memoryBytesMax, int callDepthMax, FogModule fog = null, IWordCopy copy = null)
            : this(image, fuelMax, memoryBytesMax, callDepthMax, fog, copy)
        {
            this.arguments = new ArgumentReader(arguments, this.image.ParameterTags);
            if (!executor.Instantiate())
            {
                Finish(ResultWriter.Trap(executor.Trap, executor.TrapFunction, executor.TrapOffset));
                return;
            }

            phase = this.image.Start == DeviceImage.None ? Phase.Started : Phase.Starting;
            if (phase == Phase.Starting) executor.Begin(this.image.Start);
            else Advance();
        }

        private FunctionRun(byte[] image, long fuelMax, int memoryBytesMax, int callDepthMax, FogModule fog, IWordCopy copy)
        {
            this.copy = copy;
            if (fuelMax < 1) throw new ArgumentException("fuelMax");
            if (memoryBytesMax < 0) throw new ArgumentException("memoryBytesMax");
            if (callDepthMax < 1) throw new ArgumentException("callDepthMax");
            this.fuelMax = fuelMax;
            this.image = new DeviceImage(image);
            CheckSignature();
            if (this.image.FirstFunction != 0 && fog == null) throw new ImageException(ImageError.BadReference, "the image has imports");
            pointers = new int[this.image.ParameterTags.Length];
            this.fog = this.image.FirstFunction == 0 ? null : fog;
            executor = new Executor(this.image, fuelMax, memoryBytesMax, callDepthMax, this.fog, null, new Table[0]);
        }

        // Those that a function runs in are numbered as in snapshots.
        private enum Phase
        {
            Starting = 0,
            Allocating = 1,
            Calling = 2,
            Started,
            Finished,
        }

        /// <summary>For tests: the instance itself.</summary>
        internal Executor Executor
        {
            get { return executor; }
        }

        /// <summary>The canonical result, a value or a trap; null until <see cref="Step"/> has returned true.</summary>
        public byte[] Result { get; private set; }

        /// <summary>Fuel taken so far.</summary>
        public long FuelUsed
        {
            get { return fuelMax - executor.FuelLeft; }
        }

        /// <summary>
        /// Managed heap held now, in bytes, as nanoFramework would take it: image, arguments, registers, frames, touched
        /// memory, lines not taken, effects, result, and the objects that hold them.
        /// </summary>
        public int HeapBytes
        {
            get
            {
                int bytes = ManagedHeap.Object(10) + ManagedHeap.Array(pointers.Length * 4) + executor.HeapBytes;
                if (arguments != null) bytes += arguments.HeapBytes;
                if (fog != null) bytes += fog.HeapBytes;
                return Result == null ? bytes : bytes + ManagedHeap.Array(Result.Length);
            }
        }

        /// <summary>
        /// Runs on for about <paramref name="fuelSlice"/>, at least one basic block, or to a checkpoint
        /// (<see cref="FogModule.StopsAtCheckpoint"/>); true when the result is there.
        /// </summary>
        public bool Step(long fuelSlice)
        {
            long sliceEnd = executor.FuelLeft - fuelSlice;
            if (fog != null) fog.IsAtCheckpoint = false;
            while (phase != Phase.Finished)
            {
                RunStatus status = executor.Run(executor.FuelLeft - sliceEnd);
                if (status == RunStatus.Stopped) return false;
                if (status == RunStatus.Trapped) Finish(ResultWriter.Trap(executor.Trap, executor.TrapFunction, executor.TrapOffset));
                else Returned();
                if (phase != Phase.Finished && executor.FuelLeft <= sliceEnd) return false;
            }

            return true;
        }

        private void CheckSignature()
        {
            if (image.EntryFunction == DeviceImage.None) throw new ImageException(ImageError.BadReference, "the image has no function to call");
            if (!ValueTag.IsKnown(image.ResultTag)) throw new ImageException(ImageError.BadReference, "result tag");
            for (int i = 0; i < image.ParameterTags.Length; i++)
            {
                int tag = image.ParameterTags[i];
                if (tag == ValueTag.Void || !ValueTag.IsKnown(tag)) throw new ImageException(ImageError.BadReference, "parameter tag");
                if (ValueTag.IsReference(tag) && image.Allocator == DeviceImage.None) throw new ImageException(ImageError.BadReference, "the image has no allocator");
            }
        }

        private void Returned()
        {
            if (phase == Phase.Starting)
            {
                phase = Phase.Started;
                Advance();
            }
            else if (phase == Phase.Allocating)
            {
                int size = arguments.Count(parameter) * ValueTag.ElementBytes(image.ParameterTags[parameter]);
                int pointer = executor.GetI32(0);
                if (IsOutside(pointer, size))
                {
                    Finish(ResultWriter.Trap(TrapCode.OutOfBoundsMemoryAccess, image.FirstFunction + image.Allocator, 0));
                    return;
                }

                pointers[parameter] = pointer;
                executor.Memory.Write(pointer, arguments.Bytes, arguments.Position(parameter), size, copy);
                parameter++;
                Advance();
            }
            else
            {
                Finish(EncodeResult());
            }
        }

        // To the next array or string that needs memory, or to the call itself.
        private void Advance()
        {
            byte[] tags = image.ParameterTags;
            while (parameter < tags.Length && !ValueTag.IsReference(tags[parameter])) parameter++;
            if (parameter < tags.Length)
            {
                phase = Phase.Allocating;
                executor.SetI32(0, arguments.Count(parameter) * ValueTag.ElementBytes(tags[parameter]));
                executor.Begin(image.Allocator);
                return;
            }

            int i32 = 0;
            int i64 = 0;
            int f32 = 0;
            int f64 = 0;
            for (int i = 0; i < tags.Length; i++)
            {
                if (ValueTag.IsReference(tags[i]))
                {
                    executor.SetI32(i32++, pointers[i]);
                    executor.SetI32(i32++, arguments.Count(i));
                    continue;
                }

                long bits = arguments.Scalar(i);
                switch (tags[i])
                {
                    case ValueTag.I64:
                    case ValueTag.U64:
                        executor.SetI64(i64++, bits);
                        break;
                    case ValueTag.F32:
                        executor.SetF32(f32++, FloatOps.FromBits((int)bits));
                        break;
                    case ValueTag.F64:
                        executor.SetF64(f64++, BitConverter.Int64BitsToDouble(bits));
                        break;
                    default:
                        executor.SetI32(i32++, (int)bits);
                        break;
                }
            }

            arguments = null;
            phase = Phase.Calling;
            executor.Begin(image.EntryFunction);
        }

        private byte[] EncodeResult()
        {
            int tag = image.ResultTag;
            byte[] effects = fog == null ? ResultWriter.NoEffects : fog.Effects;
            if (ValueTag.IsReference(tag))
            {
                long pair = executor.GetI64(0);
                int pointer = (int)(pair >> 32);
                int count = (int)pair;
                int size = ValueTag.ElementBytes(tag);
                if (count < 0 || count > executor.Memory.Bytes / size || IsOutside(pointer, count * size)) return ResultWriter.Trap(TrapCode.OutOfBoundsMemoryAccess, image.FirstFunction + image.EntryFunction, 0);
                return ResultWriter.Elements(tag, executor.Memory, pointer, count, effects, copy);
            }

            switch (tag)
            {
                case ValueTag.Void: return ResultWriter.Scalar(tag, 0, effects);
                case ValueTag.I64:
                case ValueTag.U64: return ResultWriter.Scalar(tag, executor.GetI64(0), effects);
                case ValueTag.F32: return ResultWriter.Scalar(tag, FloatOps.ToBits(executor.GetF32(0)), effects);
                case ValueTag.F64: return ResultWriter.Scalar(tag, BitConverter.DoubleToInt64Bits(executor.GetF64(0)), effects);
                default: return ResultWriter.Scalar(tag, executor.GetI32(0), effects);
            }
        }

        private bool IsOutside(int pointer, int size)
        {
            return (uint)size > (uint)executor.Memory.Bytes || (uint)pointer > (uint)(executor.Memory.Bytes - size);
        }

        private void Finish(byte[] result)
        {
            arguments = null;
            Result = result;
            phase = Phase.Finished;
        }
    }
}
