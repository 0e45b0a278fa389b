namespace Fog.Wasm.Portable
{
    /// <summary>An instance that waits for a function of its host: arguments of the call, memory and fuel, on either engine.</summary>
    public interface IGuest
    {
        /// <summary>Bytes of its memory now; 0 without one.</summary>
        int MemoryBytes { get; }

        /// <summary>An argument of a call whose arguments are all i32.</summary>
        int Argument(int place);

        /// <summary>Sets the one result, an i64.</summary>
        void Return(long value);

        /// <summary>Sets the one result, an f64.</summary>
        void ReturnF64(double value);

        /// <summary>Two bytes of its memory; both lie inside.</summary>
        int LoadU16(int address);

        /// <summary>False, and nothing taken, when so much is not left.</summary>
        bool TakeFuel(long fuel);

        /// <summary>The slice is over at the next basic block, where there are slices that a snapshot can follow.</summary>
        void EndSlice();
    }
}
