using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Logic.Protocol;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>Runs device images.</summary>
    public sealed class PortableExecutor : IExecutor
    {
        private readonly ISensors sensors;

        /// <param name="sensors">Of the device; null: it has none.</param>
        public PortableExecutor(ISensors sensors)
        {
            this.sensors = sensors;
        }

        public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[] snapshot)
        {
            try
            {
                FogModule fog = new FogModule(order.NowMillis, order.Seed);
                fog.Sensors = sensors;
                FunctionRun function = snapshot == null
                    ? new FunctionRun(image, arguments, order.Fuel, order.MemoryBytes, order.CallDepth, fog)
                    : FunctionRun.Resume(image, arguments, snapshot, order.ImageDigest, new Sha256(), order.Fuel, order.MemoryBytes, order.CallDepth, fog);
                return new PortableRun(function, fog, order.ImageDigest);
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
            private readonly FogModule fog;
            private readonly byte[] imageDigest;

            public PortableRun(FunctionRun function, FogModule fog, byte[] imageDigest)
            {
                this.function = function;
                this.fog = fog;
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

            public bool IsAtCheckpoint
            {
                get { return fog.IsAtCheckpoint; }
            }

            public bool Step(long fuelSlice, bool toCheckpoint)
            {
                fog.StopsAtCheckpoint = toCheckpoint;
                try
                {
                    return function.Step(fuelSlice);
                }
                catch (ImageException)
                {
                    throw new RunRefusedException(RunFailure.ImageRejected);
                }
            }

            public string TakeLine()
            {
                return fog.TakeLine();
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
