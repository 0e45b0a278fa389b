namespace Fog.Wasm.Portable
{
    /// <summary>Module <c>fog</c> during one call of a function (docs/functions.md): what it imports, the same on every node.</summary>
    /// <remarks>Not for several threads. Effects are part of the result; the log is not, nor of a snapshot.</remarks>
    public sealed class FogModule : IHost
    {
        /// <summary>UTF-16 units of a line; what is longer is cut.</summary>
        public const int LineUnitsMax = 200;

        /// <summary>Lines of one call, counted again when it goes on from a snapshot; later ones are lost.</summary>
        public const int LinesMax = 8;

        /// <summary>Number of the first import, beyond all that an image can have of its own.</summary>
        public const int FirstNumber = 0xFF00;

        /// <summary>What a sensor reads that cannot be read; the function gets NaN.</summary>
        public const long Unreadable = long.MinValue;

        private const int LogNumber = FirstNumber;
        private const int NowNumber = FirstNumber + 1;
        private const int RandomNumber = FirstNumber + 2;
        private const int CheckpointNumber = FirstNumber + 3;
        private const int EmitNumber = FirstNumber + 4;
        private const int StatePutNumber = FirstNumber + 5;
        private const int CallNumber = FirstNumber + 6;
        private const int SensorNumber = FirstNumber + 7;

        // SplitMix64 (Steele, Lea and Flood, 2014).
        private const ulong Gamma = 0x9E3779B97F4A7C15;

        private readonly long nowMillis;
        private readonly long seed;
        private readonly string[] lines = new string[LinesMax];

        // As the result has them (docs/values.md): u16 count, then u8 kind, u8 name length, name, u16 text units, text.
        private byte[] effects = ResultWriter.NoEffects;
        private long drawn;
        private int lineCount;
        private int linesTaken;

        /// <param name="nowMillis">The invocation's timestamp, ms since 1970-01-01 UTC.</param>
        /// <param name="seed">Of its random numbers.</param>
        public FogModule(long nowMillis, long seed)
        {
            this.nowMillis = nowMillis;
            this.seed = seed;
        }

        /// <summary>Of the device; null: it has none, as a fog host.</summary>
        public ISensors Sensors { get; set; }

        /// <summary>Whether a call of <c>checkpoint</c> ends the slice.</summary>
        public bool StopsAtCheckpoint { get; set; }

        /// <summary>Whether the run stands behind a checkpoint that ended its slice.</summary>
        public bool IsAtCheckpoint { get; internal set; }

        /// <summary>Managed heap held, in bytes; a string takes about its length.</summary>
        internal int HeapBytes
        {
            get
            {
                int bytes = ManagedHeap.Object(10) + ManagedHeap.Array(lines.Length * ManagedHeap.ReferenceBytes) + ManagedHeap.Array(effects.Length);
                for (int i = linesTaken; i < lineCount; i++) bytes += ManagedHeap.Array(lines[i].Length);
                return bytes;
            }
        }

        /// <summary>What the result says of effects: their count, and each of them.</summary>
        internal byte[] Effects
        {
            get { return effects; }
        }

        /// <summary>The next line that was logged; null when all have been taken.</summary>
        public string TakeLine()
        {
            if (linesTaken == lineCount) return null;
            string line = lines[linesTaken];
            lines[linesTaken++] = null;
            return line;
        }

        public TrapCode Call(IGuest caller, int function, int type)
        {
            // Tables hold no imports, and images no others: this is what a liar wrote into a snapshot.
            if (type >= 0) throw new ImageException(ImageError.CorruptCode, "an import in a table");
            switch (function)
            {
                case LogNumber: return Log(caller, caller.Argument(0), caller.Argument(1));
                case NowNumber:
                    caller.Return(nowMillis);
                    return TrapCode.None;
                case RandomNumber:
                    caller.Return(Random());
                    return TrapCode.None;
                case CheckpointNumber:
                    if (StopsAtCheckpoint)
                    {
                        caller.EndSlice();
                        IsAtCheckpoint = true;
                    }

                    return TrapCode.None;
                case EmitNumber:
                case StatePutNumber:
                case CallNumber: return Append(caller, function - EmitNumber + 1);
                case SensorNumber: return Sensor(caller, caller.Argument(0), caller.Argument(1));
                default: throw new ImageException(ImageError.CorruptCode, "an import that there is not");
            }
        }

        /// <param name="effectBytes">That follow; none when there are no effects.</param>
        /// <exception cref="SnapshotException">More random numbers than the fuel used pays for, or no effects of a call.</exception>
        internal void Read(ImageReader reader, long fuelUsed, int effectBytes)
        {
            drawn = reader.I64();
            if (drawn < 0 || drawn > fuelUsed) throw new SnapshotException(SnapshotError.BadField, "random numbers drawn");
            effectBytes -= 8;
            if (effectBytes == 0) return;
            if (effectBytes < ResultWriter.NoEffects.Length || effectBytes > PortableLimits.EffectBytesMax) throw new SnapshotException(SnapshotError.BadField, "effects");
            effects = new byte[effectBytes];
            for (int i = 0; i < effectBytes; i++) effects[i] = (byte)reader.U8();
            if (effects[0] == 0 || effects[0] > PortableLimits.EffectsMax) throw new SnapshotException(SnapshotError.BadField, "effects");
        }

        internal void Write(SnapshotWriter writer)
        {
            writer.I64(drawn);
            if (effects[0] != 0) writer.Bytes(effects);
        }

        private TrapCode Log(IGuest caller, int address, int units)
        {
            TrapCode trap = Take(caller, address, units);
            if (trap != TrapCode.None) return trap;
            if (lineCount == LinesMax) return TrapCode.None;
            if (units > LineUnitsMax) units = LineUnitsMax;
            char[] line = new char[units];
            for (int i = 0; i < units; i++)
            {
                char unit = (char)caller.LoadU16(address + (i * 2));

                // A half of a pair has no UTF-8, and not every device knows pairs.
                line[i] = unit >= 0xD800 && unit <= 0xDFFF ? '\uFFFD' : unit;
            }

            lines[lineCount++] = new string(line);
            return TrapCode.None;
        }

        private TrapCode Sensor(IGuest caller, int address, int units)
        {
            TrapCode trap = Take(caller, address, units);
            if (trap != TrapCode.None) return trap;
            if (Sensors == null || units < 1 || units > PortableLimits.NameUnitsMax) return TrapCode.UnknownSensor;
            char[] name = new char[units];
            for (int i = 0; i < units; i++)
            {
                name[i] = (char)caller.LoadU16(address + (i * 2));
                if (!IsOfName(name[i])) return TrapCode.UnknownSensor;
            }

            long millionths;
            if (!Sensors.TryRead(new string(name), out millionths)) return TrapCode.UnknownSensor;
            caller.ReturnF64(millionths == Unreadable ? FloatOps.CanonicalNaN : (double)millionths / 1e6);
            return TrapCode.None;
        }

        private static bool IsOfName(int unit)
        {
            return (unit >= 'a' && unit <= 'z') || (unit >= '0' && unit <= '9') || unit == '-';
        }

        // The place and the fuel of a text in the caller's memory.
        private static TrapCode Take(IGuest caller, int address, int units)
        {
            if (units < 0 || units > caller.MemoryBytes / 2 || (uint)address > (uint)(caller.MemoryBytes - (units * 2))) return TrapCode.OutOfBoundsMemoryAccess;
            return caller.TakeFuel((units + 3) / 4) ? TrapCode.None : TrapCode.FuelExhausted;
        }

        private TrapCode Append(IGuest caller, int kind)
        {
            int name = caller.Argument(0);
            int nameUnits = caller.Argument(1);
            int text = caller.Argument(2);
            int textUnits = caller.Argument(3);
            TrapCode trap = Take(caller, name, nameUnits);
            if (trap == TrapCode.None) trap = Take(caller, text, textUnits);
            if (trap != TrapCode.None) return trap;
            if (nameUnits < 1 || nameUnits > PortableLimits.NameUnitsMax) return TrapCode.InvalidEffectName;
            int at = effects.Length;
            int bytes = at + 4 + nameUnits + (textUnits * 2);
            if (effects[0] == PortableLimits.EffectsMax || bytes > PortableLimits.EffectBytesMax) return TrapCode.EffectLimitExceeded;
            byte[] longer = new byte[bytes];
            System.Array.Copy(effects, 0, longer, 0, at);
            longer[0] = (byte)(longer[0] + 1);
            longer[at++] = (byte)kind;
            longer[at++] = (byte)nameUnits;
            for (int i = 0; i < nameUnits; i++)
            {
                int unit = caller.LoadU16(name + (i * 2));
                if (!IsOfName(unit)) return TrapCode.InvalidEffectName;
                longer[at++] = (byte)unit;
            }

            longer[at++] = (byte)textUnits;
            longer[at++] = (byte)(textUnits >> 8);
            for (int i = 0; i < textUnits; i++)
            {
                int unit = caller.LoadU16(text + (i * 2));
                longer[at++] = (byte)unit;
                longer[at++] = (byte)(unit >> 8);
            }

            effects = longer;
            return TrapCode.None;
        }

        private long Random()
        {
            drawn++;
            ulong z = (ulong)seed + ((ulong)drawn * Gamma);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (long)(z ^ (z >> 31));
        }
    }
}
