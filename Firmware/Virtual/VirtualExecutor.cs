using System.Text;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Virtual;

/// <summary>Runs images as a device does, counts the runs, and falsifies the results of a liar.</summary>
internal sealed class VirtualExecutor(IExecutor executor, Lie lie, string node) : IExecutor
{
    private readonly byte[] salt = Encoding.ASCII.GetBytes(lie == Lie.Alone ? $"alone {node}" : "colluding");
    private readonly bool lies = lie != Lie.None;
    private FinishedRun? finished;

    /// <summary>Runs begun in this device's life.</summary>
    public int Runs { get; private set; }

    public IRun Start(byte[] image, byte[] arguments, long fuelMax, int memoryBytesMax, int callDepthMax)
    {
        var run = executor.Start(image, arguments, fuelMax, memoryBytesMax, callDepthMax);
        Runs++;
        return new Run(this, run);
    }

    /// <summary>The run that ended in the last slice, once.</summary>
    public FinishedRun? TakeFinished()
    {
        var taken = finished;
        finished = null;
        return taken;
    }

    public readonly record struct FinishedRun(long FuelUsed, bool Lied);

    private sealed class Run(VirtualExecutor owner, IRun run) : IRun
    {
        private byte[]? result;

        public byte[] Result => result ?? throw new InvalidOperationException("The run has not ended.");

        public long FuelUsed => run.FuelUsed;

        public int HeapBytes => run.HeapBytes;

        public bool Step(long fuelSlice)
        {
            if (!run.Step(fuelSlice))
                return false;
            result = owner.lies ? WrongResult.Of(run.Result, owner.salt) : run.Result;
            owner.finished = new FinishedRun(run.FuelUsed, owner.lies);
            return true;
        }
    }
}
