namespace Fog.Wasm.Portable
{
    /// <summary>Bounds of an image and of its run.</summary>
    public static class PortableLimits
    {
        /// <summary>Size of an image, in bytes: a module of the largest size, lowered.</summary>
        public const int ImageBytesMax = 8 << 20;

        /// <summary>Functions of an image: their indices fit 16 bits, 0xFFFF left for none.</summary>
        public const int FunctionsMax = 10000;

        /// <summary>Pages of 64 KiB of linear memory (256 MiB): addresses stay positive in 32 bits.</summary>
        public const int MemoryPagesMax = 4096;

        /// <summary>Elements of all tables of a run together.</summary>
        public const int TableElementsMax = 100000;

        /// <summary>Registers of one kind in one frame: locals and operands of a function at their limits.</summary>
        public const int FrameRegistersMax = 4096;

        /// <summary>Size of a snapshot, in bytes: ten times what a device's heap holds. A run that holds more is not kept.</summary>
        public const int SnapshotBytesMax = 1 << 20;

        /// <summary>Calls that may be open at once.</summary>
        public const int CallDepthMax = 1000;

        /// <summary>Effects of one call: they are applied one after the other, each with a write of its own.</summary>
        public const int EffectsMax = 16;

        /// <summary>Bytes of the effects of one call as the result has them, their count included: what a device can spare beside a run.</summary>
        public const int EffectBytesMax = 4096;

        /// <summary>Characters of the name of a sensor, or that an effect is on: those of every name of the fog.</summary>
        public const int NameUnitsMax = 32;
    }
}
