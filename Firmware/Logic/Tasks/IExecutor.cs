using System;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>What runs images: <see cref="PortableExecutor"/> on a device.</summary>
    public interface IExecutor
    {
        /// <exception cref="RunRefusedException">It cannot be run.</exception>
        IRun Start(byte[] image, byte[] arguments, long fuelMax, int memoryBytesMax, int callDepthMax);
    }

    /// <summary>A function being run.</summary>
    public interface IRun
    {
        /// <summary>The canonical result, value or trap, once <see cref="Step"/> has returned true.</summary>
        byte[] Result { get; }

        long FuelUsed { get; }

        /// <summary>Managed heap that it holds.</summary>
        int HeapBytes { get; }

        /// <summary>Goes on for about that much fuel. True when there is a result.</summary>
        /// <exception cref="RunRefusedException">The image turned out to be none.</exception>
        bool Step(long fuelSlice);
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
