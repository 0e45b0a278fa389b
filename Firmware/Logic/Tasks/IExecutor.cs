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

        /// <summary>Goes on for about that much fuel. True when there is a result.</summary>
        /// <exception cref="RunRefusedException">The image turned out to be none.</exception>
        bool Step(long fuelSlice);

        /// <summary>How far it came, for <see cref="IExecutor.Start"/>. Null: too large to be kept.</summary>
        byte[] Snapshot();
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
