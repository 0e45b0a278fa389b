#nullable enable
using System.Text;
using Fog.Firmware.Device.SelfTest;

namespace Fog.Firmware.Device.Host;

/// <summary>What the self-test runs, as C# for nanoFramework, which has neither compiler nor files everywhere.</summary>
/// <remarks>
/// An assembly there has 64 KB for what arrays begin with (nf-interpreter: CLR_RECORD_FIELDDEF, CLR_SIG), so the blobs'
/// chunks are spread over several: Material0.cs and so on are an assembly each, Material.cs is of the self-test and knows
/// which chunk is where. A method makes its array when it is called, so that one at a time is on the heap.
/// </remarks>
public static class MaterialFiles
{
    /// <summary>Assemblies of chunks, for which SelfTest.nfproj has references.</summary>
    public const int Parts = 2;

    /// <summary>In one of them: 53 KB with their lengths.</summary>
    public const int ChunksInPart = 52;

    /// <summary>Sources by their names.</summary>
    /// <exception cref="InvalidOperationException">It is more than the parts take.</exception>
    public static IReadOnlyDictionary<string, string> Of(ISelfTestHost host)
    {
        int[] blobs = [.. Enumerable.Range(0, 1 + (2 * host.SampleCount))];
        byte[][] chunks = [.. blobs.SelectMany(blob => Enumerable.Range(0, (host.BytesOf(blob) + Blob.ChunkBytes - 1) / Blob.ChunkBytes).Select(chunk => host.ChunkOf(blob, chunk)))];
        if (chunks.Length > Parts * ChunksInPart)
            throw new InvalidOperationException($"The material has {chunks.Length} chunks; {Parts} assemblies take {Parts * ChunksInPart}.");
        var files = Enumerable.Range(0, Parts).ToDictionary(part => $"Material{part}.cs", part => Part(part, [.. chunks.Skip(part * ChunksInPart).Take(ChunksInPart)]));
        files["Material.cs"] = Index(host, blobs);
        return files;
    }

    private static string Index(ISelfTestHost host, int[] blobs)
    {
        var source = Begin("internal static class Material");
        source.AppendLine($"        public const int SampleCount = {host.SampleCount};");
        source.AppendLine($"        public static byte[] ReleaseKey() {{ return {Bytes(host.ReleaseKey())}; }}");
        source.AppendLine($"        public static byte[] GoodRelease() {{ return {Bytes(host.GoodRelease())}; }}");
        source.AppendLine($"        public static byte[] BrokenRelease() {{ return {Bytes(host.BrokenRelease())}; }}");
        Switch(source, "byte[] PartsChunk(int index, int chunk)", Parts, part => $"Material{part}.Chunk(chunk)");
        Switch(source, "int BytesOf(int index)", blobs.Length, i => $"{host.BytesOf(i)}");
        Switch(source, "string NameOf(int index)", host.SampleCount, i => $"\"{host.NameOf(i)}\"");
        Switch(source, "byte[] DigestOf(int index)", host.SampleCount, i => Bytes(host.DigestOf(i)));
        source.AppendLine($$"""
                    public static byte[] ChunkOf(int blob, int chunk)
                    {
                        for (int i = 0; i < blob; i++)
                        {
                            chunk += (BytesOf(i) + {{Blob.ChunkBytes - 1}}) / {{Blob.ChunkBytes}};
                        }

                        return PartsChunk(chunk / {{ChunksInPart}}, chunk % {{ChunksInPart}});
                    }
            """);
        return End(source);
    }

    private static string Part(int part, byte[][] chunks)
    {
        var source = Begin($"public static class Material{part}");
        Switch(source, "byte[] Chunk(int index)", chunks.Length, i => Bytes(chunks[i]));
        return End(source);
    }

    private static StringBuilder Begin(string type) => new StringBuilder()
        .AppendLine("namespace Fog.Firmware.Device.Nano")
        .AppendLine("{")
        .AppendLine($"    {type}")
        .AppendLine("    {");

    private static string End(StringBuilder source) => source.AppendLine("    }").AppendLine("}").ToString();

    private static void Switch(StringBuilder source, string member, int count, Func<int, string> value)
    {
        source.AppendLine($"        public static {member}").AppendLine("        {").AppendLine("            switch (index)").AppendLine("            {");
        for (var i = 0; i < count; i++)
            source.AppendLine($"                case {i}: return {value(i)};");
        source.AppendLine("                default: throw new System.ArgumentException(\"there is no such material\");").AppendLine("            }").AppendLine("        }");
    }

    private static string Bytes(byte[] bytes) => $"new byte[] {{ {string.Join(", ", bytes)} }}";
}
