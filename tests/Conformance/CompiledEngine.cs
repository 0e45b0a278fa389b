using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Conformance;

/// <summary>Modules compiled to IL. All instances of a script share a meter.</summary>
internal sealed class CompiledEngine : ScriptEngine
{
    private readonly Meter meter = new(Fuel);
    private readonly Dictionary<string, object> spectest = SpectestModule.Exports();

    public override ScriptInstance Instantiate(Module module, IReadOnlyDictionary<string, ScriptInstance> exporters)
    {
        if (CompiledModule.Unsuitable(module) is { } reason) throw new InvalidOperationException(reason);
        return new Instance(new(CompiledModule.Compile(module), meter, MemoryBytesMax, Resolve), meter);

        object? Resolve(Import import) => exporters.TryGetValue(import.Module, out var exporter)
            ? ((Instance)exporter).Guest.Export(import.Name)
            : import.Module == SpectestModule.Name ? spectest.GetValueOrDefault(import.Name) : null;
    }

    private sealed class Instance(ModuleInstance guest, Meter meter) : ScriptInstance
    {
        public ModuleInstance Guest => guest;

        public override string? Start() => Trap(guest.Start(PortableLimits.CallDepthMax));

        public override string? Call(string export, IReadOnlyList<ScriptValue> arguments, out IReadOnlyList<ScriptValue> results)
        {
            var function = (GuestFunction)guest.Export(export)!;
            var values = arguments.Select(a => a.Type.IsReference() ? Reference(a) : a.Bits).ToArray();
            results = [];
            if (Trap(guest.Call(function, values, PortableLimits.CallDepthMax)) is { } trap) return trap;
            results = [.. function.Type.Results.Select((t, i) => Value(t, meter.Result(t, i)))];
            return null;
        }

        public override ScriptValue Get(string export)
        {
            var global = (GuestGlobal)guest.Export(export)!;
            return Value(global.Type.Type, global.Type.Type.IsReference() ? global.Target : global.Bits);
        }

        private string? Trap(bool passed) => passed ? null : TrapMessage.Of(meter.Trap);

        // References of the host are numbers, boxed.
        private static object? Reference(ScriptValue value) => value.Bits == ScriptValue.Null ? null : value.Bits;

        private static ScriptValue Value(WasmType type, object? value) => new(type, value switch
        {
            null => ScriptValue.Null,
            ulong bits => bits,
            _ => 0,
        });
    }
}
