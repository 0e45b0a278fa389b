using System.Reflection;
using Fog.Firmware.Device.Host;
using Fog.Firmware.Device.SelfTest;
using Fog.Firmware.Device.Tests.NanoFramework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Firmware.Device.Tests;

public class MaterialTests
{
    // An offset of 16 bits, and what signatures and the rest of the part's code take of the same table.
    private const int PartBytesMax = 65535 - 8192;

    private readonly DotNetHost host = new(TextWriter.Null);

    [Fact]
    public void A_part_fits_an_assembly_of_nanoFrameworks() =>
        Assert.InRange(MaterialFiles.ChunksInPart * (2 + Blob.ChunkBytes), 1, PartBytesMax);

    [Fact]
    public void What_it_says_is_what_the_host_has()
    {
        var material = Compiled().GetType("Fog.Firmware.Device.Nano.Material", throwOnError: true)!;
        T Ask<T>(string member, params object[] arguments) => (T)material.GetMethod(member)!.Invoke(null, arguments)!;

        for (var blob = 0; blob <= 2 * host.SampleCount; blob++)
        {
            Assert.Equal(host.BytesOf(blob), Ask<int>("BytesOf", blob));
            for (var chunk = 0; chunk * Blob.ChunkBytes < host.BytesOf(blob); chunk++)
                Assert.Equal(host.ChunkOf(blob, chunk), Ask<byte[]>("ChunkOf", blob, chunk));
        }

        Assert.Equal(Enumerable.Range(0, host.SampleCount).Select(host.NameOf), Enumerable.Range(0, host.SampleCount).Select(i => Ask<string>("NameOf", i)));
        Assert.Equal(host.DigestOf(1), Ask<byte[]>("DigestOf", 1));
        Assert.Equal(host.GoodRelease(), Ask<byte[]>("GoodRelease"));
        Assert.Equal(host.ReleaseKey(), Ask<byte[]>("ReleaseKey"));
    }

    [Fact]
    public void More_than_its_parts_take_is_refused() =>
        Assert.Contains("2 assemblies take 104", Assert.Throws<InvalidOperationException>(() => MaterialFiles.Of(new DotNetHost(TextWriter.Null, new byte[1 << 17]))).Message, StringComparison.Ordinal);

    /// <summary>For .NET, since it is run here.</summary>
    private Assembly Compiled()
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path) == "System.Private.CoreLib.dll");
        using var file = new MemoryStream();
        var emitted = CSharpCompilation.Create(
            "Material", NanoCompilation.Material(host), platform.Select(path => MetadataReference.CreateFromFile(path)), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(file);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        return Assembly.Load(file.ToArray());
    }
}
