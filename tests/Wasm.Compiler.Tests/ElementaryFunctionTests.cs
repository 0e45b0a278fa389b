using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>What engines run in place of the WebAssembly of a function of Wasm/Math is that function.</summary>
public class ElementaryFunctionTests
{
    private const int Points = 100_000;
    private const long CanonicalNaN = 0x7FF8000000000000;

    private static readonly double[] Special =
    [
        0, -0.0, 1, -1, 2, -2, 3, 0.5, -0.5, 0.75, 8, -8, 1e-9, 1e-300, 1e300, -1e300, double.Epsilon, -double.Epsilon, 1e-310, 2.2250738585072014E-308,
        double.MaxValue, -double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, -double.NaN,
        BitConverter.Int64BitsToDouble(0x7FF0000000000001), BitConverter.Int64BitsToDouble(unchecked((long)0xFFF123456789ABCD)),
        22, 23, 36, 709.782712893384, 709.79, -745.1332191019412, -746, 710, 711, 712, 1e6, 999_999.5, 1e10, 1e22, 1.8446744073709552E+19,
        System.Math.PI, System.Math.PI / 2, System.Math.PI / 4, -System.Math.PI / 4, 5e5 * System.Math.PI, 6381956970095103.0 * 7.458340731200207E+281,
    ];

    public static TheoryData<string> Names => [.. ElementaryFunction.All.Select(f => f.Name)];

    [Fact]
    public void Each_has_an_instruction_of_its_own() => Assert.Equal(
        Enum.GetValues<DeviceOp>().Where(op => op is >= DeviceOp.F64Sin and <= DeviceOp.F64Cbrt), ElementaryFunction.All.Select(f => f.Op));

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_digest_is_that_of_what_the_compiler_makes(string name)
    {
        var (module, function) = Compiled(name);
        var digest = new ModuleContext(module).Elementary.DigestOf(function);
        Assert.True(digest == Function(name).Digest, $"the digest of {name} is {digest} now");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_call_costs_a_tenth_of_the_dearest_way_through_its_WebAssembly(string name)
    {
        var (module, function) = Compiled(name);
        var body = new Body(module, function);
        long most = 0;
        foreach (var (x, y) in PointsOf(name, Points))
        {
            if (name is "Sin" or "Cos" or "Tan" && System.Math.Abs(x) >= 1e6) continue;
            body.Run(x, y);
            most = System.Math.Max(most, body.FuelUsed);
        }

        Assert.Equal((most + 9) / 10, Function(name).Fuel);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_engine_gives_the_bits_of_its_WebAssembly(string name)
    {
        var (module, function) = Compiled(name);
        var method = Function(name).Method;
        var body = new Body(module, function);
        var caller = new Body(module, 0);
        var meter = new Meter(long.MaxValue);
        var compiled = new ModuleInstance(CompiledModule.Compile(module), meter, 0);
        foreach (var (x, y) in PointsOf(name, Points))
        {
            var expected = body.Run(x, y);
            var result = (double)method.Invoke(null, Function(name).Operands == 1 ? [x] : [x, y])!;
            Assert.Equal(expected, double.IsNaN(result) ? CanonicalNaN : BitConverter.DoubleToInt64Bits(result));
            Assert.Equal(expected, caller.Run(x, y));
            object[] arguments = [.. new[] { x, y }[..Function(name).Operands].Select(a => (object)BitConverter.DoubleToUInt64Bits(a))];
            Assert.True(compiled.Call(compiled.Function(0), arguments, 10));
            Assert.Equal(expected, meter.Slots[0]);
        }

        Assert.Equal(long.MaxValue - meter.FuelLeft, caller.FuelUsedByAll);
    }

    [Fact]
    public void Nothing_calls_the_code_that_it_stands_for()
    {
        var (module, function) = Compiled("Sin");
        var calls = new ModuleContext(module with { Exports = [module.Exports[0]] }).Elementary;
        Assert.Equal("Sin", calls.Of(function)?.Name);
        Assert.True(calls.IsNeeded(0));
        Assert.All(Enumerable.Range(1, module.Functions.Length - 1), i => Assert.False(calls.IsNeeded(i)));

        // Exported it has a body, with what that calls.
        calls = new ModuleContext(module).Elementary;
        Assert.All(Enumerable.Range(0, module.Functions.Length), i => Assert.True(calls.IsNeeded(i)));
    }

    public static TheoryData<string> Changes => ["constant", "global read elsewhere", "global exported", "local", "callee"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_differs_is_run_as_it_is(string change)
    {
        var (module, function) = Compiled("Exp");
        var global = module.Functions.SelectMany(f => f.Body).First(i => i.Opcode == Opcode.GlobalSet).Index;
        var callee = module.Functions[function].Body.First(i => i.Opcode == Opcode.Call).Index;
        var changed = change switch
        {
            "constant" => Edit(function, body => body.Replace(body.First(i => i.Opcode == Opcode.F64Const), Instruction.F64Const(709))),
            "global read elsewhere" => Edit(0, body => [Instruction.WithIndex(Opcode.GlobalGet, global), Opcode.Drop, .. body]),
            "global exported" => module with { Exports = module.Exports.Add(new("global", ExternalKind.Global, global)) },
            "local" => module with { Functions = module.Functions.SetItem(function, module.Functions[function] with { Locals = [.. module.Functions[function].Locals, WasmType.I32] }) },
            _ => Edit(callee, body => [Opcode.Nop, .. body]),
        };
        var calls = new ModuleContext(changed).Elementary;
        Assert.Null(calls.Of(function));
        Assert.All(Enumerable.Range(0, module.Functions.Length), i => Assert.True(calls.IsNeeded(i)));

        Module Edit(int index, Func<ImmutableArray<Instruction>, ImmutableArray<Instruction>> edit) =>
            module with { Functions = module.Functions.SetItem(index, module.Functions[index] with { Body = edit(module.Functions[index].Body) }) };
    }

    /// <summary>A function that uses results beyond the first for itself leaves the mathematics theirs.</summary>
    [Fact]
    public void Tuples_of_the_author_are_in_globals_of_their_own()
    {
        var compiled = Guest.Compile("""
            using Fog.Client;
            public static class Functions
            {
                [FogFunction] public static double Polar(double x, double y)
                {
                    var (r, angle) = Of(x, y);
                    return r * Math.Exp(angle) % 3;
                }

                static (double, double) Of(double x, double y) => y == 0 ? (x, 0) : (Math.Sqrt(x * x + y * y), Math.Atan2(y, x));
            }
            """);
        var module = ModuleReader.Read([.. compiled.Wasm]);
        var calls = new ModuleContext(module).Elementary;
        Assert.Equal(["Atan2", "Exp"], Enumerable.Range(0, module.Functions.Length).Select(calls.Of).OfType<ElementaryFunction>().Select(f => f.Name).Order());
    }

    /// <summary>A block's fuel has 16 bits: what is as long as a body may be does not overflow them.</summary>
    [Fact]
    public void A_body_of_nothing_but_calls_is_blocks_that_every_engine_pays()
    {
        var (module, function) = Compiled("Cos");
        Instruction[] body = [Instruction.WithIndex(Opcode.LocalGet, 0), .. Enumerable.Repeat(Instruction.WithIndex(Opcode.Call, function), 20_000), Opcode.End];
        module = module with { Functions = module.Functions.SetItem(0, module.Functions[0] with { Locals = [], Body = [.. body] }) };
        var caller = new Body(module, 0);
        var meter = new Meter(long.MaxValue);
        var compiled = new ModuleInstance(CompiledModule.Compile(module), meter, 0);
        Assert.True(compiled.Call(compiled.Function(0), [(object)BitConverter.DoubleToUInt64Bits(0.3)], 10));
        Assert.Equal(meter.Slots[0], caller.Run(0.3, 0));
        Assert.Equal(1 + (20_000 * (1 + Function("Cos").Fuel)), caller.FuelUsed);
        Assert.Equal(caller.FuelUsed, long.MaxValue - meter.FuelLeft);
    }

    private static ElementaryFunction Function(string name) => ElementaryFunction.All.Single(f => f.Name == name);

    private static IEnumerable<(double X, double Y)> PointsOf(string name, int count)
    {
        if (Function(name).Operands == 1)
        {
            foreach (var x in Special) yield return (x, 0);
        }
        else
        {
            foreach (var x in Special)
            {
                foreach (var y in Special) yield return (x, y);
            }
        }

        var random = new Random(7);
        for (var i = 0; i < count; i++) yield return (Next(), Next());

        double Next() => random.Next(5) switch
        {
            0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            1 => (random.NextDouble() * 4) - 2,
            2 => (random.NextDouble() * 2000) - 1000,
            3 => System.Math.Exp((random.NextDouble() * 100) - 50),
            _ => random.Next(-20, 20) / 2.0,
        };
    }

    // Function 0 calls the elementary function, which is exported too, so that its body stays.
    private static (Module Module, int Function) Compiled(string name)
    {
        var (parameters, arguments) = Function(name).Operands == 1 ? ("double x", "x") : ("double x, double y", "x, y");
        var compiled = Guest.Compile($$"""
            using Fog.Client;
            public static class Functions { [FogFunction] public static double Caller({{parameters}}) => System.Math.{{name}}({{arguments}}); }
            """);
        var module = ModuleReader.Read([.. compiled.Wasm]);
        var function = module.Functions[0].Body.Single(i => i.Opcode == Opcode.Call).Index;
        return (module with { Exports = module.Exports.Add(new("body", ExternalKind.Function, function)) }, function);
    }

    /// <summary>A function on the portable executor.</summary>
    private sealed class Body
    {
        private readonly Executor executor;
        private readonly int function;

        public Body(Module module, int function)
        {
            this.function = function;
            executor = new(new DeviceImage(ImageWriter.Write(module)), long.MaxValue, 0, 100);
            Assert.True(executor.Instantiate());
        }

        /// <summary>Of the run before.</summary>
        public long FuelUsed { get; private set; }

        public long FuelUsedByAll => long.MaxValue - executor.FuelLeft;

        public long Run(double x, double y)
        {
            var before = executor.FuelLeft;
            executor.SetF64(0, x);
            executor.SetF64(1, y);
            executor.Begin(function);
            while (executor.Run(int.MaxValue) == RunStatus.Stopped)
            {
            }

            Assert.Equal(TrapCode.None, executor.Trap);
            FuelUsed = before - executor.FuelLeft;
            return BitConverter.DoubleToInt64Bits(executor.GetF64(0));
        }
    }
}
