using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Fog.Firmware.Logic.Tests;

/// <summary>What an assembly uses, read from its metadata and its code.</summary>
/// <param name="Members">Members of other assemblies, as <c>Namespace.Type::Name(types)</c>.</param>
/// <param name="Types">Types of other assemblies.</param>
/// <param name="Faults">Generics, multi-dimensional arrays, and instructions that nanoFramework lacks or ignores.</param>
/// <param name="Floats">Where it computes with floating point, whose division, comparisons and conversions are not .NET's there.</param>
internal sealed record AssemblyScan(ImmutableHashSet<string> Members, ImmutableHashSet<string> Types, ImmutableArray<string> Faults, ImmutableArray<string> Floats)
{
    private static readonly Dictionary<short, OpCode> OpCodeOf = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    public static AssemblyScan Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var faults = new List<string>();
        var floats = new List<string>();
        for (var i = 1; i <= metadata.GetTableRowCount(TableIndex.GenericParam); i++)
            faults.Add($"type parameter {metadata.GetString(metadata.GetGenericParameter(MetadataTokens.GenericParameterHandle(i)).Name)}");
        for (var i = 1; i <= metadata.GetTableRowCount(TableIndex.MethodSpec); i++)
            faults.Add("generic method call");
        var names = new TypeNames();
        for (var i = 1; i <= metadata.GetTableRowCount(TableIndex.TypeSpec); i++)
            Check(metadata.GetTypeSpecification(MetadataTokens.TypeSpecificationHandle(i)).DecodeSignature(names, null), faults);
        foreach (var field in metadata.FieldDefinitions)
            Check(metadata.GetFieldDefinition(field).DecodeSignature(names, null), faults);
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            var signature = method.DecodeSignature(names, null);
            foreach (var type in signature.ParameterTypes.Add(signature.ReturnType))
                Check(type, faults);
            if (method.RelativeVirtualAddress != 0)
                ScanCode(file.GetMethodBody(method.RelativeVirtualAddress), metadata, metadata.GetString(method.Name), names, faults, floats);
        }

        var members = metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(m => m.Parent.Kind == HandleKind.TypeReference)
            .Select(m => (Type: Name(metadata, (TypeReferenceHandle)m.Parent), Member: m))
            .Where(m => IsForeign(metadata, (TypeReferenceHandle)m.Member.Parent) && !IsAttribute(m.Type))
            .Select(m => $"{m.Type}::{metadata.GetString(m.Member.Name)}{Parameters(m.Member, names)}");
        var types = metadata.TypeReferences
            .Where(t => IsForeign(metadata, t))
            .Select(t => Name(metadata, t))
            .Where(t => !IsAttribute(t));
        return new AssemblyScan([.. members], [.. types], [.. faults], [.. floats]);
    }

    private static void ScanCode(MethodBodyBlock body, MetadataReader metadata, string method, TypeNames names, List<string> faults, List<string> floats)
    {
        if (!body.LocalSignature.IsNil)
        {
            foreach (var local in metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null))
                Check(local, faults);
        }

        foreach (var code in Instructions(body.GetILReader()))
        {
            if (code.Name!.Contains(".ovf", StringComparison.Ordinal) || code == OpCodes.Localloc || code == OpCodes.Volatile || code == OpCodes.Constrained || code == OpCodes.Ckfinite)
                faults.Add($"{code.Name} in {method}");
            if (code.Name.Contains(".r4", StringComparison.Ordinal) || code.Name.Contains(".r8", StringComparison.Ordinal) || code == OpCodes.Conv_R_Un)
                floats.Add($"{code.Name} in {method}");
        }
    }

    /// <summary>The instructions of a method, without their operands.</summary>
    internal static List<OpCode> Instructions(BlobReader il)
    {
        var instructions = new List<OpCode>();
        while (il.RemainingBytes > 0)
        {
            short value = il.ReadByte();
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | il.ReadByte()));
            var code = OpCodeOf[value];
            instructions.Add(code);
            var operandBytes = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 * il.ReadInt32(),
                _ => 4,
            };
            il.Offset += operandBytes;
        }

        return instructions;
    }

    private static void Check(string type, List<string> faults)
    {
        if (type.Contains('<', StringComparison.Ordinal) || type.Contains(',', StringComparison.Ordinal) || type.Contains('*', StringComparison.Ordinal) || type.Contains('!', StringComparison.Ordinal))
            faults.Add($"type {type}");
    }

    private static string Parameters(MemberReference member, TypeNames names) => member.GetKind() == MemberReferenceKind.Method
        ? $"({string.Join(", ", member.DecodeMethodSignature(names, null).ParameterTypes)})"
        : "";

    private static bool IsForeign(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => IsForeign(metadata, (TypeReferenceHandle)type.ResolutionScope),
            HandleKind.AssemblyReference => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) is not ("Wasm.Math" or "Wasm.Portable" or "Firmware.Loader"),
            _ => false,
        };
    }

    // They do nothing at run time.
    private static bool IsAttribute(string type) => type.EndsWith("Attribute", StringComparison.Ordinal) || type.Contains("Attribute.", StringComparison.Ordinal);

    private static string Name(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var scope = type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Name(metadata, (TypeReferenceHandle)type.ResolutionScope)
            : metadata.GetString(type.Namespace);
        return scope.Length == 0 ? metadata.GetString(type.Name) : $"{scope}.{metadata.GetString(type.Name)}";
    }

    /// <summary>Types by their C# names.</summary>
    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode switch
        {
            PrimitiveTypeCode.Boolean => "bool",
            PrimitiveTypeCode.SByte => "sbyte",
            PrimitiveTypeCode.Int16 => "short",
            PrimitiveTypeCode.UInt16 => "ushort",
            PrimitiveTypeCode.Int32 => "int",
            PrimitiveTypeCode.UInt32 => "uint",
            PrimitiveTypeCode.Int64 => "long",
            PrimitiveTypeCode.UInt64 => "ulong",
            PrimitiveTypeCode.Single => "float",
            _ => typeCode.ToString().ToLowerInvariant(),
        };

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Name(reader, handle);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name).Replace('<', '{').Replace('>', '}');

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(';', typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

        public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType + "*";
    }
}
