using Fog.Client.Sdk.Cli.Deployment;
using Fog.Samples;

namespace Fog.Client.Sdk.Cli.Demo;

/// <summary>Deploys the sample functions and calls every one with its reference input, five seats each.</summary>
internal sealed class DemoRun(FogClient fog, IReadOnlyList<Sample> samples)
{
    private static readonly CallOptions s_options = new() { Replicas = 5, Timeout = TimeSpan.FromSeconds(45) };

    /// <summary>Between two starts. The seats go to the devices that wake next, so over two periods every device is among them,
    /// the liar and the crashing one too.</summary>
    private static readonly TimeSpan s_spread = 2 * DemoFog.Period / SampleFunctions.All.Length;

    /// <summary>Compiles each sample from its C# source.</summary>
    public async Task Deploy(CancellationToken cancel)
    {
        foreach (var sample in samples)
        {
            var function = FunctionFile.Compile(sample.Source, sample.File).Single();
            await fog.DeployAsync(function.Name, function.Wasm, cancel);
        }
    }

    /// <param name="progress">Told of every change of every call.</param>
    public async Task<IReadOnlyList<DemoRow>> Call(Action<InvocationInfo> progress, CancellationToken cancel) =>
        await Task.WhenAll(samples.Select(async (sample, i) =>
        {
            await Task.Delay(i * s_spread, cancel);
            return await Call(sample, progress, cancel);
        }));

    /// <summary>Calls the samples once more, one after the other, until the faulty devices had their say: on a busy machine they may
    /// have come too late for every majority.</summary>
    /// <returns>The calls it took; all the samples when that was not enough.</returns>
    public async Task<IReadOnlyList<DemoRow>> CallOn(Func<Task<bool>> faultsShown, CancellationToken cancel)
    {
        var rows = new List<DemoRow>();
        while (rows.Count < samples.Count && !await faultsShown())
        {
            rows.Add(await Call(samples[rows.Count], static _ => { }, cancel));
        }

        return rows;
    }

    private async Task<DemoRow> Call(Sample sample, Action<InvocationInfo> progress, CancellationToken cancel)
    {
        var started = await fog.StartAsync(sample.Name, sample.Arguments, s_options, cancel);
        return DemoRow.Of(sample, await fog.WaitAsync(started, new Report(progress), cancel));
    }

    private sealed class Report(Action<InvocationInfo> progress) : IProgress<InvocationInfo>
    {
        void IProgress<InvocationInfo>.Report(InvocationInfo value) => progress(value);
    }
}
