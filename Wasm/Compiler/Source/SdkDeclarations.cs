namespace Fog.Wasm.Compiler.Source;

/// <summary>
/// What a source file expects of the SDK and of implicit usings, so that it compiles without a reference to either.
/// </summary>
internal static class SdkDeclarations
{
    public const string Text = """
        global using System;

        namespace Fog.Client;

        [AttributeUsage(AttributeTargets.Method)]
        internal sealed class FogFunctionAttribute(string? name = null) : Attribute
        {
            public string? Name { get; } = name;

            public string Version { get; set; } = "1";

            public int Replicas { get; set; } = 5;

            public long FuelMax { get; set; } = 10_000_000;

            public int MemoryBytesMax { get; set; } = 65_536;

            public int CallDepthMax { get; set; } = 64;
        }

        [AttributeUsage(AttributeTargets.Parameter)]
        internal sealed class FogStateAttribute(string? key = null) : Attribute
        {
            public string? Key { get; } = key;
        }

        internal static class Invocation
        {
            public static long Now => 0;

            public static long Random() => 0;

            public static void Log(string text)
            {
            }

            public static void Checkpoint()
            {
            }

            public static void Emit(string stream, string text)
            {
            }

            public static void StatePut(string key, string text)
            {
            }

            public static void Call(string function, string argumentsJson)
            {
            }

            public static double Sensor(string name) => 0;
        }
        """;
}
