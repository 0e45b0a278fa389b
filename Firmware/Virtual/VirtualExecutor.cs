using System.Text;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Virtual;

/// <summary>Runs images as a device does, counts the runs, and falsifies what a liar says of them.</summary>
internal sealed class VirtualExecutor(IExecutor executor, Lie lie, string node) : IExecutor
{
    private readonly byte[] salt = Encoding.ASCII.GetBytes(lie == Lie.Alone ? $"alone {node}" : "colluding");
    private readonly bool lies = lie != Lie.None;
    private FinishedRun? finished;
    private FinishedRun? suspended;

    /// <summary>Runs begun or gone on with in this device's life.</summary>
    public int Runs { get; private set; }

    public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[]? snapshot)
    {
        var run = executor.Start(order, image, arguments, snapshot!);
        Runs++;
        return new Run(this, run, order, image);
    }

    /// <summary>The run that ended in the last slice, once.</summary>
    public FinishedRun? TakeFinished()
    {
        var taken = finished;
        finished = null;
        return taken;
    }

    /// <summary>The run that was put off since, once.</summary>
    public FinishedRun? TakeSuspended()
    {
        var taken = suspended;
        suspended = null;
        return taken;
    }

    public readonly record struct FinishedRun(long FuelUsed, bool Lied);

    private sealed class Run(VirtualExecutor owner, IRun run, TaskOrder order, byte[] image) : IRun
    {
        private byte[]? result;

        public byte[] Result => result ?? throw new InvalidOperationException("The run has not ended.");

        public long FuelUsed => run.FuelUsed;

        public int HeapBytes => run.HeapBytes;

        public bool IsAtCheckpoint => run.IsAtCheckpoint;

        public string TakeLine() => run.TakeLine();

        public bool Step(long fuelSlice, bool toCheckpoint)
        {
            if (!run.Step(fuelSlice, toCheckpoint))
                return false;
            result = owner.lies ? WrongResult.Of(run.Result, owner.salt) : run.Result;
            owner.finished = new FinishedRun(run.FuelUsed, owner.lies);
            return true;
        }

        public byte[] Snapshot()
        {
            var snapshot = run.Snapshot();
            owner.suspended = new FinishedRun(run.FuelUsed, owner.lies);
            return snapshot is not null && owner.lies ? WrongSnapshot.Of(snapshot, order, image, owner.salt) : snapshot!;
        }
    }
}
