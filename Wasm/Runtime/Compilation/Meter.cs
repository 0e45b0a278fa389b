using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Whom a run asks when its slice of fuel is used up.</summary>
public interface ISliceSource
{
    /// <summary>
    /// Called at a block entry, on the thread of the run: waits for the run's turn and returns the fuel of its next slice, at
    /// least 1; 0 when the run is to end (<see cref="Meter.IsStopped"/>).
    /// </summary>
    long Next();
}

/// <summary>Fuel and trap of a run, shared by all instances that take part in it, and what crosses from one to another.</summary>
public sealed class Meter
{
    /// <summary>In place of the fuel when the run has trapped: every frame returns.</summary>
    internal const long Trapped = -1;

    private readonly ISliceSource? slices;

    // Fuel behind the present slice; everything that is left once the run has ended.
    private long beyond;

    /// <param name="fuel">Fuel of the whole run.</param>
    /// <param name="slices">Null: one slice for all.</param>
    public Meter(long fuel, ISliceSource? slices = null)
    {
        this.slices = slices;
        beyond = fuel;
    }

    public TrapCode Trap { get; private set; }

    /// <summary>Function index of the trap, in its module.</summary>
    public int TrapFunction { get; private set; }

    /// <summary>Byte offset in the module of the instruction that trapped.</summary>
    public int TrapOffset { get; private set; }

    /// <summary>The slice source ended the run.</summary>
    public bool IsStopped { get; private set; }

    public long FuelLeft => Fuel > 0 ? beyond + Fuel : beyond;

    /// <summary>What is left of the slice, while no compiled code runs; compiled code holds it in a register.</summary>
    internal long Fuel;

    /// <summary>Arguments and results as bits, one a place.</summary>
    internal readonly long[] Slots = new long[ModuleLimits.TypeArityMax];

    /// <summary>References among them, at the same places.</summary>
    internal readonly object?[] References = new object?[ModuleLimits.TypeArityMax];

    /// <summary>Variables of the running function while it asks for a slice.</summary>
    internal readonly long[] Kept = new long[Liveness.VariablesKeptMax];

    /// <summary>A result of the call that has just returned: bits of a number (ulong), or a reference.</summary>
    public object? Result(WasmType type, int place) => type switch
    {
        WasmType.I64 or WasmType.F64 => (ulong)Slots[place],
        WasmType.I32 or WasmType.F32 => (ulong)(uint)Slots[place],
        _ => References[place],
    };

    /// <summary>Makes a meter that has trapped ready for the next call.</summary>
    internal void Reset()
    {
        if (Fuel < 0) Fuel = 0;
        Trap = TrapCode.None;
    }

    /// <summary>The end of the run: the fuel of the slice goes back to the rest.</summary>
    /// <returns><see cref="Trapped"/></returns>
    internal long Raise(long fuel, TrapCode code, int function, int offset)
    {
        beyond += fuel;
        (Trap, TrapFunction, TrapOffset) = (code, function, offset);
        return Fuel = Trapped;
    }

    /// <summary>A slice for a block that costs more than is left of the present one, or the end of the run.</summary>
    internal long Refill(long fuel, int cost, int function, int offset)
    {
        beyond += fuel;
        if (beyond < cost) return Raise(0, TrapCode.FuelExhausted, function, offset);
        var slice = slices?.Next() ?? beyond;
        if (slice == 0)
        {
            IsStopped = true;
            return Raise(0, TrapCode.None, function, offset);
        }

        slice = System.Math.Min(System.Math.Max(slice, cost), beyond);
        beyond -= slice;
        return slice;
    }

    /// <summary>Fuel of an instruction whose work depends on an operand; false when it is not there.</summary>
    internal bool Take(long fuel)
    {
        if (Fuel + beyond < fuel) return false;
        Fuel -= fuel;
        if (Fuel >= 0) return true;
        beyond += Fuel;
        Fuel = 0;
        return true;
    }
}
