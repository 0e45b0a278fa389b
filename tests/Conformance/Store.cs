using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Conformance;

/// <summary>All instances of a script: their functions by number, and what the suite's own module exports.</summary>
internal sealed class Store
{
    /// <summary>Calls from one instance into another that may be open at once, each with a frame on the host's stack.</summary>
    public const int CallsMax = 200;

    private readonly List<(FunctionType Type, PortableInstance? Owner, int Function)> functions = [];
    private readonly Dictionary<string, External> spectest;

    public Store() => spectest = Spectest(this);

    public int Functions => functions.Count;

    /// <summary>Calls between instances that are open.</summary>
    public int OpenCalls { get; set; }

    public (FunctionType Type, PortableInstance? Owner, int Function) Function(int number) => functions[number];

    /// <param name="owner">Null for a function of the test suite that does nothing.</param>
    /// <returns>The function's number.</returns>
    public int Add(FunctionType type, PortableInstance? owner, int function)
    {
        functions.Add((type, owner, function));
        return functions.Count - 1;
    }

    /// <exception cref="LinkException">Nothing of the name is there, or it is of another type.</exception>
    public External Resolve(Import import, Module importer, IReadOnlyDictionary<string, ScriptInstance> exporters)
    {
        var found = (import.Module == "spectest" ? spectest.GetValueOrDefault(import.Name) : ((PortableInstance?)exporters.GetValueOrDefault(import.Module))?.Exported(import.Name))
            ?? throw new LinkException(LinkError.UnknownImport, import);
        return found.Matches(import, importer) ? found : throw new LinkException(LinkError.IncompatibleImportType, import);
    }

    // The module that the suite's scripts import from.
    private static Dictionary<string, External> Spectest(Store store)
    {
        External Print(params WasmType[] parameters)
        {
            var type = new FunctionType([.. parameters], []);
            return new External.OfFunction(store.Add(type, null, 0), type);
        }

        static External Constant(WasmType type, long bits) =>
            new External.OfGlobal(new(type, false), () => bits, _ => throw new InvalidOperationException("a constant"));

        return new(StringComparer.Ordinal)
        {
            ["print"] = Print(),
            ["print_i32"] = Print(WasmType.I32),
            ["print_i64"] = Print(WasmType.I64),
            ["print_f32"] = Print(WasmType.F32),
            ["print_f64"] = Print(WasmType.F64),
            ["print_i32_f32"] = Print(WasmType.I32, WasmType.F32),
            ["print_f64_f64"] = Print(WasmType.F64, WasmType.F64),
            ["global_i32"] = Constant(WasmType.I32, 666),
            ["global_i64"] = Constant(WasmType.I64, 666),
            ["global_f32"] = Constant(WasmType.F32, BitConverter.SingleToInt32Bits(666.6f)),
            ["global_f64"] = Constant(WasmType.F64, BitConverter.DoubleToInt64Bits(666.6)),
            ["table"] = new External.OfTable(new Table(10, 20), WasmType.FuncRef, 20),
            ["memory"] = new External.OfMemory(new LinearMemory(1, 2), 2),
        };
    }
}
