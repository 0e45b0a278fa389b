#nullable enable
using System.Diagnostics;
using System.Security.Cryptography;
using Fog.Firmware.Device.SelfTest;
using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Firmware.Device.Host;

/// <summary>The self-test's host on .NET: it compiles the samples, once, and signs the releases itself.</summary>
/// <param name="agent">The agent's image; null: what stands for it on .NET.</param>
/// <remarks>The samples are small, so that all of them fit what a test leaves of 100 KB of managed heap. A result is expected to be what the portable executor gives outside of any agent.</remarks>
public sealed class DotNetHost(TextWriter output, byte[]? agent = null) : ISelfTestHost
{
    private static readonly Case[] Cases = [.. SampleFunctions.Small.Append(ElementaryCase.Sample).Select(Compile)];

    private readonly byte[] agent = agent ?? AgentStandIn.Image();
    private readonly ReleaseMaker maker = new();

    public long Millis => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    public int SampleCount => Cases.Length;

    public void Line(string text) => output.WriteLine(text);

    public int BytesOf(int blob) => Bytes(blob).Length;

    public byte[] ChunkOf(int blob, int chunk) => Bytes(blob)[(chunk * Blob.ChunkBytes)..Math.Min((chunk + 1) * Blob.ChunkBytes, BytesOf(blob))];

    public byte[] ReleaseKey() => maker.Modulus;

    public byte[] GoodRelease() => maker.Manifest(SelfTestRun.GoodVersion, agent);

    public byte[] BrokenRelease() => maker.Manifest(SelfTestRun.BrokenVersion, Cases[0].Image);

    public string NameOf(int sample) => Cases[sample].Name;

    public byte[] DigestOf(int sample) => Cases[sample].Digest;

    private byte[] Bytes(int blob) => blob switch
    {
        Blob.Agent => agent,
        _ when blob == Blob.ImageOf(blob / 2) => Cases[blob / 2].Image,
        _ => Cases[(blob - 1) / 2].Arguments,
    };

    private static Case Compile(Sample sample)
    {
        var artifact = FunctionArtifact.Load(FunctionCompiler.Compile(sample.Source, sample.File).Functions.Single().Wasm.AsMemory());
        byte[] image = [.. artifact.Image], arguments = ValueCodec.EncodeArguments(artifact.Manifest, sample.Arguments);
        var run = new FunctionRun(image, arguments, artifact.Manifest.FuelMax, artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax);
        while (!run.Step(long.MaxValue))
        {
        }

        return new Case(sample.Name, image, arguments, SHA256.HashData(run.Result));
    }

    private sealed record Case(string Name, byte[] Image, byte[] Arguments, byte[] Digest);
}
