using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Runs scripts instead of images: so much fuel, then that result.</summary>
internal sealed class ScriptedExecutor : IExecutor
{
    private readonly Dictionary<string, Script> scripts = [];

    public int Started { get; private set; }

    /// <summary>Image and argument sizes of the starts, in order.</summary>
    public List<(byte[] Image, byte[] Arguments)> Starts { get; } = [];

    /// <summary>Fuel used before each start, in order.</summary>
    public List<long> StartedAt { get; } = [];

    public void Set(byte[] image, Script script) => scripts[Convert.ToHexString(image)] = script;

    public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[]? snapshot)
    {
        Started++;
        Starts.Add((image, arguments));
        var fuelUsed = snapshot is null ? 0 : BitConverter.ToInt64(snapshot);
        StartedAt.Add(fuelUsed);
        var script = scripts.GetValueOrDefault(Convert.ToHexString(image)) ?? new Script();
        if (script.Refusal != RunFailure.None)
            throw new RunRefusedException(script.Refusal);
        return new Run(script, image, arguments, fuelUsed);
    }

    internal sealed record Script
    {
        public long Fuel { get; init; } = 1000;
        public byte[]? Result { get; init; }
        public int HeapBytes { get; init; } = 1000;
        public RunFailure Refusal { get; init; }

        /// <summary>Beyond the first 8 of a snapshot; null: it is too large.</summary>
        public int? SnapshotBytes { get; init; } = 0;

        /// <summary>Every slice that may end at a checkpoint does.</summary>
        public bool HasCheckpoints { get; init; }

        /// <summary>What it logs, in its first slice.</summary>
        public Queue<string> Lines { get; init; } = [];
    }

    private sealed class Run(Script script, byte[] image, byte[] arguments, long fuelUsed) : IRun
    {
        public byte[] Result { get; private set; } = null!;

        public long FuelUsed { get; private set; } = fuelUsed;

        public int HeapBytes => script.HeapBytes;

        public bool IsAtCheckpoint { get; private set; }

        public bool Step(long fuelSlice, bool toCheckpoint)
        {
            IsAtCheckpoint = toCheckpoint && script.HasCheckpoints;
            FuelUsed = Math.Min(script.Fuel, FuelUsed + fuelSlice);
            if (FuelUsed < script.Fuel)
                return false;
            Result = script.Result ?? [1, 0, 3, (byte)(image.Sum(b => b) + arguments.Sum(b => b)), 0, 0];
            return true;
        }

        public string TakeLine() => script.Lines.TryDequeue(out var line) ? line : null!;

        // The fuel used, and as much more as the script says.
        public byte[] Snapshot() => script.SnapshotBytes is { } bytes ? [.. BitConverter.GetBytes(FuelUsed), .. new byte[bytes]] : null!;
    }
}
