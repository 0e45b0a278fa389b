using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Logic.Protocol;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>Runs device images.</summary>
    public sealed class PortableExecutor : IExecutor
    {
        public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[] snapshot)
        {
            try
            {
                FunctionRun function = snapshot == null
                    ? new FunctionRun(image, arguments, order.Fuel, order.MemoryBytes, order.CallDepth)
                    : FunctionRun.Resume(image, arguments, snapshot, order.ImageDigest, new Sha256(), order.Fuel, order.MemoryBytes, order.CallDepth);
                return new PortableRun(function, order.ImageDigest);
            }
            catch (ImageException)
            {
                throw new RunRefusedException(RunFailure.ImageRejected);
            }
            catch (ArgumentEncodingException)
            {
                throw new RunRefusedException(RunFailure.ArgumentsRejected);
            }
            catch (SnapshotException)
            {
                throw new RunRefusedException(RunFailure.SnapshotRejected);
            }
        }

        private sealed class PortableRun : IRun
        {
            private readonly FunctionRun function;
            private readonly byte[] imageDigest;

            public PortableRun(FunctionRun function, byte[] imageDigest)
            {
                this.function = function;
                this.imageDigest = imageDigest;
            }

            public byte[] Result
            {
                get { return function.Result; }
            }

            public long FuelUsed
            {
                get { return function.FuelUsed; }
            }

            public int HeapBytes
            {
                get { return function.HeapBytes; }
            }

            public bool Step(long fuelSlice)
            {
                try
                {
                    return function.Step(fuelSlice);
                }
                catch (ImageException)
                {
                    throw new RunRefusedException(RunFailure.ImageRejected);
                }
            }

            public byte[] Snapshot()
            {
                try
                {
                    return function.Snapshot(imageDigest, new Sha256());
                }
                catch (SnapshotException)
                {
                    return null;
                }
            }
        }
    }
}
