using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Fog.Firmware.Logic.Tests;

/// <summary>How many bytes an assembly has at most once nanoFramework's metadata processor has converted it.</summary>
/// <remarks>
/// Facts of that format: a header, tables of records of fixed size, every string and every signature once, strings
/// ended by a zero, code with tokens of two bytes instead of four. Where two versions of the format differ the larger
/// record counts; a signature counts half as much again as in .NET, where a type's token may be a byte shorter.
/// Attributes, names of parameters, locals and properties, constants and the members of enums are not converted (the
/// converter's <c>nanoTypeDefinitionTable</c> leaves out fields that have a constant).
/// </remarks>
internal static class SlotSize
{
    private const int HeaderBytes = 128;
    private const int TablePaddingBytes = 16 * 3;

    public static int Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        int records = 12 * metadata.GetTableRowCount(TableIndex.AssemblyRef)
            + 8 * metadata.GetTableRowCount(TableIndex.TypeRef)
            + 8 * metadata.GetTableRowCount(TableIndex.MemberRef)
            + 27 * metadata.GetTableRowCount(TableIndex.TypeDef)
            + 8 * Fields(metadata).Count()
            + 19 * metadata.GetTableRowCount(TableIndex.MethodDef)
            + 8 * metadata.GetTableRowCount(TableIndex.TypeSpec);
        var bodies = metadata.MethodDefinitions
            .Select(handle => metadata.GetMethodDefinition(handle).RelativeVirtualAddress)
            .Where(address => address != 0)
            .Select(file.GetMethodBody)
            .ToArray();
        int code = bodies.Sum(body => CodeBytes(body.GetILReader()) + 12 * body.ExceptionRegions.Length);
        int data = metadata.FieldDefinitions
            .Select(handle => metadata.GetFieldDefinition(handle))
            .Where(field => field.GetRelativeVirtualAddress() != 0)
            .Sum(field => DataBytes(metadata, field));

        // The heap of strings holds each name once, as the converted assembly does; literals become UTF-8.
        int strings = Strings(metadata).Distinct().Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        int signatures = Signatures(metadata, bodies).Distinct().Sum(signature => signature.Length / 2 * 3 / 2 + 1);
        return HeaderBytes + TablePaddingBytes + records + code + data + strings + signatures;
    }

    private static IEnumerable<FieldDefinition> Fields(MetadataReader metadata) =>
        metadata.FieldDefinitions.Select(metadata.GetFieldDefinition).Where(field => !field.Attributes.HasFlag(FieldAttributes.Literal));

    private static int DataBytes(MetadataReader metadata, FieldDefinition field)
    {
        var reader = metadata.GetBlobReader(field.Signature);
        reader.ReadSignatureHeader();
        if (reader.ReadSignatureTypeCode() is not SignatureTypeCode.TypeHandle)
            return 8;
        var type = (TypeDefinitionHandle)reader.ReadTypeHandle();
        return metadata.GetTypeDefinition(type).GetLayout().Size;
    }

    private static int CodeBytes(BlobReader il)
    {
        int bytes = il.Length;
        foreach (var code in AssemblyScan.Instructions(il))
        {
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineString or OperandType.InlineTok or OperandType.InlineType)
                bytes -= 2;
        }

        return bytes;
    }

    private static IEnumerable<string> Strings(MetadataReader metadata)
    {
        for (var literal = MetadataTokens.UserStringHandle(1); !literal.IsNil; literal = metadata.GetNextHandle(literal))
            yield return metadata.GetUserString(literal);
        foreach (var handle in metadata.AssemblyReferences)
            yield return metadata.GetString(metadata.GetAssemblyReference(handle).Name);
        foreach (var type in metadata.TypeReferences.Select(metadata.GetTypeReference))
        {
            yield return metadata.GetString(type.Name);
            yield return metadata.GetString(type.Namespace);
        }

        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            yield return metadata.GetString(type.Name);
            yield return metadata.GetString(type.Namespace);
        }

        foreach (var handle in metadata.MemberReferences)
            yield return metadata.GetString(metadata.GetMemberReference(handle).Name);
        foreach (var handle in metadata.MethodDefinitions)
            yield return metadata.GetString(metadata.GetMethodDefinition(handle).Name);
        foreach (var field in Fields(metadata))
            yield return metadata.GetString(field.Name);
    }

    private static IEnumerable<string> Signatures(MetadataReader metadata, IEnumerable<MethodBodyBlock> bodies)
    {
        var blobs = metadata.MemberReferences.Select(handle => metadata.GetMemberReference(handle).Signature)
            .Concat(metadata.MethodDefinitions.Select(handle => metadata.GetMethodDefinition(handle).Signature))
            .Concat(Fields(metadata).Select(field => field.Signature))
            .Concat(bodies.Where(body => !body.LocalSignature.IsNil).Select(body => metadata.GetStandaloneSignature(body.LocalSignature).Signature));
        return blobs.Select(blob => Convert.ToHexString(metadata.GetBlobBytes(blob)));
    }
}
