using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Conformance;

/// <summary>Device images on the portable executor; no imports.</summary>
internal sealed class PortableEngine : ScriptEngine
{
    public override bool Links => false;

    public override ScriptInstance Instantiate(Module module, IReadOnlyDictionary<string, ScriptInstance> exporters) => new Instance(module);

    private sealed class Instance(Module module) : ScriptInstance
    {
        private readonly Executor executor = new(new DeviceImage(ImageWriter.Write(module)), Fuel, MemoryBytesMax, PortableLimits.CallDepthMax);

        public override string? Start()
        {
            if (!executor.Instantiate()) return TrapMessage.Of(executor.Trap);
            if (module.Start is not { } start) return null;
            executor.Begin(start);
            return Finish();
        }

        public override string? Call(string export, IReadOnlyList<ScriptValue> arguments, out IReadOnlyList<ScriptValue> results)
        {
            var function = module.Exports.Single(e => e.Name == export).Index;
            var next = new int[4];
            foreach (var argument in arguments)
            {
                switch (argument.Type)
                {
                    case WasmType.I64:
                        executor.SetI64(next[1]++, (long)argument.Bits);
                        break;
                    case WasmType.F32:
                        executor.SetF32(next[2]++, FloatOps.FromBits((int)argument.Bits));
                        break;
                    case WasmType.F64:
                        executor.SetF64(next[3]++, BitConverter.UInt64BitsToDouble(argument.Bits));
                        break;
                    default:
                        executor.SetI32(next[0]++, (int)argument.Bits);
                        break;
                }
            }

            executor.Begin(function);
            results = [];
            if (Finish() is { } trap) return trap;
            var places = new int[4];
            results = [.. module.Types[module.Functions[function].TypeIndex].Results.Select(t => Result(t, places))];
            return null;
        }

        public override ScriptValue Get(string export)
        {
            var global = module.Exports.Single(e => e.Name == export).Index;
            executor.ReadGlobal(global);
            return Result(module.Globals[global].Type.Type, new int[4]);
        }

        private string? Finish()
        {
            var status = executor.Run(Fuel);
            while (status == RunStatus.Stopped) status = executor.Run(Fuel);
            return status == RunStatus.Trapped ? TrapMessage.Of(executor.Trap) : null;
        }

        private ScriptValue Result(WasmType type, int[] next) => new(type, type switch
        {
            WasmType.I32 => (uint)executor.GetI32(next[0]++),
            WasmType.I64 => (ulong)executor.GetI64(next[1]++),
            WasmType.F32 => (uint)FloatOps.ToBits(executor.GetF32(next[2]++)),
            WasmType.F64 => BitConverter.DoubleToUInt64Bits(executor.GetF64(next[3]++)),
            _ => executor.GetI32(next[0]++) is >= 0 and var reference ? (ulong)reference : ScriptValue.Null,
        });
    }
}
