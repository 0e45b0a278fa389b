using System;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>What runs images: <see cref="PortableExecutor"/> on a device.</summary>
    public interface IExecutor
    {
        /// <param name="order">For its limits, and the digest of its image.</param>
        /// <param name="snapshot">Where to go on; null: begin.</param>
        /// <exception cref="RunRefusedException">It cannot be run.</exception>
        IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[] snapshot);
    }

    /// <summary>A function being run.</summary>
    public interface IRun
    {
        /// <summary>The canonical result, value or trap, once <see cref="Step"/> has returned true.</summary>
        byte[] Result { get; }

        /// <summary>Of the whole task, before a snapshot too.</summary>
        long FuelUsed { get; }

        /// <summary>Managed heap that it holds.</summary>
        int HeapBytes { get; }

        /// <summary>It stands behind a checkpoint of the function, where the last step ended.</summary>
        bool IsAtCheckpoint { get; }

        /// <summary>Goes on for about that much fuel. True when there is a result.</summary>
        /// <param name="toCheckpoint">Ends the step at a checkpoint of the function, too.</param>
        /// <exception cref="RunRefusedException">The image turned out to be none.</exception>
        bool Step(long fuelSlice, bool toCheckpoint);

        /// <summary>How far it came, for <see cref="IExecutor.Start"/>. Null: too large to be kept.</summary>
        byte[] Snapshot();

        /// <summary>The next line that the function wrote to the log; null when there is none.</summary>
        string TakeLine();
    }

    /// <summary>An image or its arguments cannot be run.</summary>
    public sealed class RunRefusedException : Exception
    {
        public readonly RunFailure Failure;

        public RunRefusedException(RunFailure failure)
        {
            Failure = failure;
        }
    }
}
