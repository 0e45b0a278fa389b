using Fog.Firmware.Logic.Protocol;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>Runs device images.</summary>
    public sealed class PortableExecutor : IExecutor
    {
        public IRun Start(byte[] image, byte[] arguments, long fuelMax, int memoryBytesMax, int callDepthMax)
        {
            try
            {
                return new PortableRun(new FunctionRun(image, arguments, fuelMax, memoryBytesMax, callDepthMax));
            }
            catch (ImageException)
            {
                throw new RunRefusedException(RunFailure.ImageRejected);
            }
            catch (ArgumentEncodingException)
            {
                throw new RunRefusedException(RunFailure.ArgumentsRejected);
            }
        }

        private sealed class PortableRun : IRun
        {
            private readonly FunctionRun function;

            public PortableRun(FunctionRun function)
            {
                this.function = function;
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
        }
    }
}
