using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Validation;

/// <summary>Validates a module by the rules of WebAssembly 2.0, chapter 3.</summary>
public static class ModuleValidator
{
    /// <exception cref="ModuleException">The module is not valid, or over a limit.</exception>
    public static void Validate(Module module)
    {
        var context = new ModuleContext(module);
        foreach (var import in module.Imports)
        {
            if (import.Kind == ExternalKind.Function) context.Type(import.TypeIndex, 0);
        }

        for (var i = 0; i < context.Functions; i++) context.FunctionType(i, 0);
        Limits(context);
        foreach (var global in module.Globals) Constant(context, global.Init, global.Type.Type);
        Exports(context);
        Segments(context);
        if (module.Start is { } start)
        {
            var type = context.FunctionType(start, 0);
            if (type.Parameters.Length + type.Results.Length > 0) throw new ModuleException(ModuleError.InvalidStartFunction, 0, $"{type}");
        }

        foreach (var function in module.Functions) new FunctionValidator(context, function).Validate();
    }

    private static void Limits(ModuleContext context)
    {
        long elements = 0;
        foreach (var table in context.AllTables)
        {
            Ordered(table.Limits);
            elements += table.Limits.Min;
        }

        if (elements > ModuleLimits.TableElementsMax) throw new ModuleException(ModuleError.LimitExceeded, 0, $"{elements} table elements, at most {ModuleLimits.TableElementsMax}");
        if (context.Memories > 1) throw new ModuleException(ModuleError.UnsupportedFeature, 0, "multi-memory");
        foreach (var memory in context.AllMemories)
        {
            Ordered(memory.Limits);
            if (memory.Limits.Min > ModuleLimits.MemoryPagesMax || memory.Limits.Max > ModuleLimits.MemoryPagesMax) throw new ModuleException(ModuleError.MemoryTooLarge, 0, $"more than {ModuleLimits.MemoryPagesMax} pages");
        }
    }

    private static void Ordered(Limits limits)
    {
        if (limits.Max < limits.Min) throw new ModuleException(ModuleError.InvalidLimits, 0, $"minimum {limits.Min}, maximum {limits.Max}");
    }

    private static void Exports(ModuleContext context)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var export in context.Module.Exports)
        {
            if (!names.Add(export.Name)) throw new ModuleException(ModuleError.DuplicateExport, 0, export.Name);
            switch (export.Kind)
            {
                case ExternalKind.Function:
                    context.FunctionType(export.Index, 0);
                    break;
                case ExternalKind.Table:
                    context.Table(export.Index, 0);
                    break;
                case ExternalKind.Memory:
                    if (export.Index >= context.Memories) throw new ModuleException(ModuleError.UnknownMemory, 0, $"index {export.Index}");
                    break;
                default:
                    context.Global(export.Index, 0);
                    break;
            }
        }
    }

    private static void Segments(ModuleContext context)
    {
        foreach (var segment in context.Module.Elements)
        {
            if (segment.Mode == SegmentMode.Active)
            {
                var table = context.Table(segment.Table, 0);
                if (table.Element != segment.Type) throw new ModuleException(ModuleError.TypeMismatch, 0, $"{segment.Type.Name()} items for a table of {table.Element.Name()}");
                Constant(context, segment.OffsetExpression, WasmType.I32);
            }

            if (segment.Expressions.IsDefault)
            {
                foreach (var item in segment.Items) context.FunctionType(item, 0);
            }
            else
            {
                foreach (var expression in segment.Expressions) Constant(context, expression, segment.Type);
            }
        }

        foreach (var segment in context.Module.Data.Where(s => s.Mode == SegmentMode.Active))
        {
            context.Memory(0);
            Constant(context, segment.OffsetExpression, WasmType.I32);
        }
    }

    // Constants push and nothing pops, so an expression of the right type is one constant and the end.
    private static void Constant(ModuleContext context, ImmutableArray<Instruction> expression, WasmType expected)
    {
        var types = new List<WasmType>();
        foreach (var instruction in expression)
        {
            if (instruction.Opcode != Opcode.End) types.Add(TypeOf(context, instruction));
        }

        if (types is not [var type] || type != expected) throw new ModuleException(ModuleError.TypeMismatch, expression[0].Offset, $"a constant expression of {expected.Name()}");
    }

    private static WasmType TypeOf(ModuleContext context, Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.I32Const:
                return WasmType.I32;
            case Opcode.I64Const:
                return WasmType.I64;
            case Opcode.F32Const:
                return WasmType.F32;
            case Opcode.F64Const:
                return WasmType.F64;
            case Opcode.RefNull:
                return (WasmType)instruction.Immediate;
            case Opcode.RefFunc:
                context.FunctionType(instruction.Index, instruction.Offset);
                return WasmType.FuncRef;
            case Opcode.GlobalGet:
                if (instruction.Index >= context.ImportedGlobals) throw new ModuleException(ModuleError.UnknownGlobal, instruction.Offset, $"index {instruction.Index} is no imported global");
                var global = context.Global(instruction.Index, instruction.Offset);
                if (global.IsMutable) throw new ModuleException(ModuleError.ConstantExpressionRequired, instruction.Offset, "a mutable global");
                return global.Type;
            default:
                throw new ModuleException(ModuleError.ConstantExpressionRequired, instruction.Offset, OpcodeTable.Get(instruction.Opcode).Mnemonic);
        }
    }
}
