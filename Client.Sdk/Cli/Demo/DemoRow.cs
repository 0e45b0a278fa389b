using System.Security.Cryptography;
using Fog.Samples;
using Fog.Wasm.Runtime.Values;

namespace Fog.Client.Sdk.Cli.Demo;

/// <summary>One function of the demo, as it ended.</summary>
/// <param name="Equal">The voted result has the very bits that .NET computes.</param>
public sealed record DemoRow(string Function, bool Equal, string? Error, Tally Votes, TimeSpan Took, double Joules, double AlwaysOnJoules)
{
    /// <summary>Share of the energy that sleeping saved.</summary>
    public double Saved => AlwaysOnJoules > 0 ? 1 - (Joules / AlwaysOnJoules) : 0;

    public static DemoRow Of(Sample sample, InvocationInfo ended)
    {
        var outcome = ended.Outcome ?? throw new ArgumentException("The call has not ended.", nameof(ended));
        return new DemoRow(
            sample.Name,
            outcome.Sha256 == ExpectedSha256(sample),
            outcome.Error,
            ended.Tally,
            outcome.CompletedAt - ended.AcceptedAt,
            outcome.Joules,
            outcome.AlwaysOnJoules);
    }

    /// <summary>Of the canonical encoding of what .NET computes.</summary>
    public static string ExpectedSha256(Sample sample) =>
        Convert.ToHexStringLower(SHA256.HashData(ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(sample.Expected())))));
}
