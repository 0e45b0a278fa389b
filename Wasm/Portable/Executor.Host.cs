namespace Fog.Wasm.Portable
{
    // Calls out of the instance. While the host runs, the bases stand at the arguments, and functions that it begins here
    // lie above all that is open.
    public sealed partial class Executor
    {
        // Calls that were open when the run began, and where its first frame lies: more than none within a call of the host.
        private int floor;
        private int i32Floor;
        private int i64Floor;
        private int f32Floor;
        private int f64Floor;

        // Asked for by the function of the host that runs.
        private bool endsSlice;

        /// <summary>Whether what runs was begun by the host while this instance waited for it: then there is no snapshot.</summary>
        public bool IsWithinHostCall
        {
            get { return floor != 0; }
        }

        /// <summary>Bits of a global, i32 and f32 sign-extended.</summary>
        public long GetGlobal(int global)
        {
            int register = GlobalRegister(global);
            switch (image.GlobalKinds[global])
            {
                case 0: return i32Registers[register];
                case 1: return i64Registers[register];
                case 2: return FloatOps.ToBits(f32Registers[register]);
                default: return System.BitConverter.DoubleToInt64Bits(f64Registers[register]);
            }
        }

        public void SetGlobal(int global, long bits)
        {
            int register = GlobalRegister(global);
            int kind = image.GlobalKinds[global];
            if (kind == 0) i32Registers[register] = (int)bits;
            else if (kind == 1) i64Registers[register] = bits;
            else if (kind == 2) f32Registers[register] = FloatOps.FromBits((int)bits);
            else f64Registers[register] = System.BitConverter.Int64BitsToDouble(bits);
        }

        int IGuest.MemoryBytes
        {
            get { return memory.Bytes; }
        }

        int IGuest.Argument(int place)
        {
            return GetI32(place);
        }

        void IGuest.Return(long value)
        {
            SetI64(0, value);
        }

        void IGuest.ReturnF64(double value)
        {
            SetF64(0, value);
        }

        int IGuest.LoadU16(int address)
        {
            return memory.LoadU16(address);
        }

        bool IGuest.TakeFuel(long fuel)
        {
            if (fuelBeyond < fuel) return false;
            fuelBeyond -= fuel;
            return true;
        }

        void IGuest.EndSlice()
        {
            endsSlice = true;
        }

        private int GlobalRegister(int global)
        {
            int register = 0;
            for (int i = 0; i < global; i++)
            {
                if (image.GlobalKinds[i] == image.GlobalKinds[global]) register++;
            }

            return register;
        }

        // The state of the caller has been saved; the frame of the call begins where the move says.
        private int CallHost(int function, int type, long move)
        {
            if (host == null) throw new ImageException(ImageError.CorruptCode, "a function outside of the image");
            if (depth >= callDepthMax) return (int)TrapCode.CallStackExhausted;
            int caller = cell;
            int open = depth;
            int fuel = sliceFuel;
            int i32 = i32Base;
            int i64 = i64Base;
            int f32 = f32Base;
            int f64 = f64Base;
            int outerFloor = floor;
            int outerI32 = i32Floor;
            int outerI64 = i64Floor;
            int outerF32 = f32Floor;
            int outerF64 = f64Floor;
            i32Base += (int)move & 0xFFFF;
            i64Base += (int)(move >> 16) & 0xFFFF;
            f32Base += (int)(move >> 32) & 0xFFFF;
            f64Base += (int)(move >> 48) & 0xFFFF;

            // What the slice has left, functions that the host begins here may take too.
            fuelBeyond += fuel;
            sliceFuel = 0;
            TrapCode trap = host.Call(this, function, type);
            sliceFuel = endsSlice ? 0 : fuelBeyond < fuel ? (int)fuelBeyond : fuel;
            endsSlice = false;
            fuelBeyond -= sliceFuel;
            cell = caller;
            depth = open;
            floor = outerFloor;
            i32Floor = outerI32;
            i64Floor = outerI64;
            f32Floor = outerF32;
            f64Floor = outerF64;
            i32Base = i32;
            i64Base = i64;
            f32Base = f32;
            f64Base = f64;
            return (int)trap;
        }

        // Back to where the run began, whether it returned or trapped.
        private void Unwind()
        {
            depth = floor;
            i32Base = i32Floor;
            i64Base = i64Floor;
            f32Base = f32Floor;
            f64Base = f64Floor;
        }
    }
}
