using Fog.Client;
using Fog.Wasm.Compiler;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A function that reads a sensor, on the device whose it is.</summary>
public sealed class SensorTests(RunningFog running) : IClassFixture<RunningFog>
{
    private const string Source = """
        using Fog.Client;
        public static class F
        {
            [FogFunction]
            public static double Twice(string name) => Invocation.Sensor(name) * 2;
        }
        """;

    [Fact]
    public async Task Each_device_gives_its_own_reading_and_what_it_does_not_have_is_named()
    {
        await running.Fog.DeployAsync("twice", FunctionCompiler.Compile(Source, "Twice.cs").Functions.Single().Wasm.AsMemory());
        foreach (int number in (int[])[1, 7])
        {
            Assert.Equal(2 * RunningFog.Temperature(number), await On(number, "temperature"));
        }

        Assert.Equal(double.NaN, await On(1, "broken"));
        var trapped = await Assert.ThrowsAsync<FogClientException>(() => On(2, "humidity"));
        Assert.Equal(("FunctionTrapped", "KeyNotFoundException at Twice.cs:5: the device has no sensor of that name."), (trapped.Code, trapped.Message));
        Assert.Equal("DeviceRequired", (await Assert.ThrowsAsync<FogClientException>(() => running.Fog.InvokeAsync<double>("twice", ["temperature"]))).Code);

        Task<double> On(int number, string sensor) => running.Fog.InvokeAsync<double>("twice", [sensor], new CallOptions { Device = $"esp-{number}" });
    }
}
