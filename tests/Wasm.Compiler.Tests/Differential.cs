namespace Fog.Wasm.Compiler.Tests;

/// <summary>One program on both sides.</summary>
internal static class Differential
{
    private static readonly int[] First = [0, 1, 2, 3, 7, 50, -1, int.MaxValue];
    private static readonly int[] Second = [0, 1, 3, 8, -2];

    /// <summary>A body of <c>int Run(int a, int b)</c> gives on .NET and as a module the same, on all of these arguments.</summary>
    public static void Agree(string name, string body, string support)
    {
        var source = $$"""
            using Fog.Client;

            public static class Program
            {
                [FogFunction(CallDepthMax = 1000)]
                public static int Run(int a, int b)
                {
                    {{body}}
                }

            {{support}}
            }
            """;
        var artifact = Guest.Load(Guest.Compile(source));
        var oracle = DotNet.Compile(source)["Run"];
        foreach (var a in First)
        {
            foreach (var b in Second)
            {
                var expected = DotNet.Run(oracle, a, b);
                var actual = Guest.Run(artifact, a, b);
                Assert.True(expected.Agrees(actual), $"{name}: a = {a}, b = {b} gives {actual}, .NET gives {expected}\n{body}");
            }
        }
    }
}
