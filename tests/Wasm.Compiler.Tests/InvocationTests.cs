using Fog.Conformance.Programs;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>What a function asks of its call.</summary>
public class InvocationTests
{
    public static TheoryData<string, string> Bodies => new()
    {
        { "now", "return (int)(Invocation.Now % 1000) + a;" },
        { "random", "var sum = 0L; for (var i = 0; i < (a & 15); i++) sum = sum * 31 + Invocation.Random(); return (int)sum;" },
        { "order", "return (int)(Invocation.Random() - Invocation.Random() * (b + 1));" },
        { "checkpoint", "var sum = 0; for (var i = 0; i < (a & 31); i++) { sum += i * b; Invocation.Checkpoint(); } return sum + (int)Invocation.Random();" },
        { "checkpoint in an expression", "int Next() { Invocation.Checkpoint(); return (int)Invocation.Random(); } return a + Next() * b + Next();" },
        { "log", "Invocation.Log($\"{a} and {b}\"); Invocation.Log(\"\"); return a;" },
        { "log null", "string? text = a > 5 ? null : \"x\"; Invocation.Log(text!); return b;" },
        { "emit", "Invocation.Emit(\"sums\", $\"{a} + {b}\"); Invocation.Emit(\"x-1\", \"\"); return a;" },
        { "emit too often", "for (var i = 0; i < (a & 31); i++) Invocation.Emit(\"n\", $\"{i}\"); return b;" },
        { "emit too much", "var text = \"fog\".PadLeft(a & 1023); for (var i = 0; i < 4; i++) Invocation.Emit(\"n\", text); return b;" },
        { "emit without name", "Invocation.Emit(a > 5 ? \"\" : a > 2 ? \"Sums\" : b > 0 ? \"a-name-of-thirty-three-characters\" : \"ok\", \"x\"); return a;" },
        { "state put", "Invocation.StatePut(\"total\", $\"{a}\"); Invocation.Emit(\"x\", \"y\"); return a;" },
        { "call", "if (a > 0) Invocation.Call(\"next-one\", $\"[{a - 1},\\\"x\\\"]\"); return a;" },
        { "emit null", "string? text = a > 5 ? null : \"x\"; Invocation.Emit(\"s\", text!); return b;" },
        { "emit, then fail", "Invocation.Emit(\"s\", \"before\"); return a / b;" },
        { "sensor", "return (int)(Invocation.Sensor(\"temperature\") * a) + b;" },
        { "sensor by name", "var name = a > 5 ? \"temperature\" : a > 2 ? \"broken\" : a > 0 ? \"no-such\" : a > -2 ? \"\" : \"Temperature\"; return double.IsNaN(Invocation.Sensor(name)) ? 7 : b;" },
        { "sensor null", "string? name = a > 5 ? null : \"broken\"; return Invocation.Sensor(name!) > 0 ? a : b;" },
        { "one arm", "return a > b ? (int)Invocation.Random() : a;" },
        { "and", "return a > 1 && Invocation.Random() > 0 ? 1 : (int)Invocation.Random();" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Is_the_same_on_DotNet(string name, string body) => Differential.Agree(name, body, "");

    [Fact]
    public void A_parameter_that_is_kept_is_one_of_the_module_and_none_of_the_caller()
    {
        var artifact = Guest.Load(Guest.Compile("""
            using Fog.Client;

            public static class Program
            {
                [FogFunction]
                public static long Count([FogState] long lastTotal, int more, [FogState("who")] string name)
                {
                    Invocation.StatePut("last-total", $"{lastTotal + more}");
                    Invocation.StatePut("who", name + more);
                    return lastTotal + more;
                }
            }
            """));
        Assert.Equal("count(more: i32) -> i64", artifact.Manifest.Signature);
        Assert.Equal(["last-total", null, "who"], artifact.Manifest.Parameters.Select(p => p.State));
        using var given = System.Text.Json.JsonDocument.Parse("[5]");
        var kept = new Dictionary<string, string> { ["last-total"] = "37", ["who"] = "a" };
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, given.RootElement, kept.GetValueOrDefault);
        var run = new Portable.FunctionRun([.. artifact.Image], arguments, 10_000, 65_536, 10, new(0, 0));
        while (!run.Step(10_000))
        {
        }

        var result = Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(run.Result));
        Assert.Equal(42L, result.Value.Clr);
        Assert.Equal<FogEffect>([new(EffectKind.StatePut, "last-total", "42"), new(EffectKind.StatePut, "who", "a5")], result.Effects);
    }

    [Fact]
    public void A_module_imports_what_it_uses_once_and_nothing_else()
    {
        var function = Guest.Compile("""
            using Fog.Client;

            public static class Program
            {
                [FogFunction]
                public static long Run() { Invocation.Checkpoint(); return Invocation.Random() + Other(); }

                private static long Other() { Invocation.Checkpoint(); return Invocation.Random(); }
            }
            """);
        var module = ModuleReader.Read(function.Wasm.ToArray());
        Assert.Equal(["fog.checkpoint", "fog.random"], module.Imports.Select(i => $"{i.Module}.{i.Name}"));
    }

    [Fact]
    public void A_trap_beside_imports_is_found_in_source()
    {
        var artifact = Guest.Load(Guest.Compile("""
            using Fog.Client;

            public static class Program
            {
                [FogFunction]
                public static long Run(int[] a) { Invocation.Log("x"); return a[7]; }
            }
            """));
        var run = new Portable.FunctionRun([.. artifact.Image], ValueCodec.EncodeArguments(artifact.Manifest, [new[] { 1 }]), 1_000, 65_536, 10, new(0, 0));
        Assert.True(run.Step(1_000));
        var trap = Assert.IsType<FogResult.Trapped>(ValueCodec.DecodeResult(run.Result));
        Assert.Equal("IndexOutOfRangeException at test.cs:6: an index is outside of its array.", Runtime.TrapText.Of(trap, TrapTable.Of(artifact.Module)));
    }

    [Theory]
    [InlineData("Invocation.Emit(name, \"x\")", "No Name", "ArgumentException at test.cs:9: what an effect is on has no name of a-z, 0-9 and '-'.")]
    [InlineData("Invocation.StatePut(name, \"x\")", "", "ArgumentException at test.cs:9: what an effect is on has no name of a-z, 0-9 and '-'.")]
    [InlineData("Invocation.Call(name, \"[1]\")", "a", "InvalidOperationException at test.cs:9: the call has more effects than a call may have.")]
    [InlineData("Invocation.Sensor(name)", "none", "KeyNotFoundException at test.cs:9: the device has no sensor of that name.")]
    public void A_trap_within_an_import_names_the_line_that_calls_it_on_every_engine(string call, string name, string expected)
    {
        var artifact = Guest.Load(Guest.Compile($$"""
            using Fog.Client;

            public static class Program
            {
                [FogFunction]
                public static void Run(string name)
                {
                    for (var i = 0; i < 20; i++)
                        {{call}};
                }
            }
            """));
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, name);
        var portable = new Portable.FunctionRun([.. artifact.Image], arguments, 10_000, 65_536, 10, Engines.Imports());
        Assert.True(portable.Step(10_000));
        var compiled = new CompiledRun(CompiledModule.Compile(artifact.Module), artifact.Manifest, arguments, 10_000, 65_536, 10, fog: Engines.Imports());
        Assert.True(compiled.Run());
        foreach (var result in new[] { portable.Result, compiled.Result! })
        {
            Assert.Equal(expected, Runtime.TrapText.Of(Assert.IsType<FogResult.Trapped>(ValueCodec.DecodeResult(result)), TrapTable.Of(artifact.Module)));
        }
    }
}
