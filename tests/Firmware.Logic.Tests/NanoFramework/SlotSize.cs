using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Fog.Firmware.Logic.Tests;

/// <summary>How many bytes an assembly has at most once nanoFramework's metadata processor has converted it.</summary>
/// <remarks>
/// Facts of that format: a header, tables of records of fixed size, strings once each and ended by a zero, signatures
/// of a byte or two an element, code with tokens of two bytes instead of four. Where two versions of the format differ
/// the larger record counts; where signatures are shared they are counted as though they were not, at the size that
/// .NET gives them.
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
            + 8 * metadata.GetTableRowCount(TableIndex.Field)
            + 19 * metadata.GetTableRowCount(TableIndex.MethodDef)
            + 8 * metadata.GetTableRowCount(TableIndex.TypeSpec);
        int code = metadata.MethodDefinitions
            .Select(handle => metadata.GetMethodDefinition(handle).RelativeVirtualAddress)
            .Where(address => address != 0)
            .Sum(address => file.GetMethodBody(address) is var body ? body.GetILBytes()!.Length + 12 * body.ExceptionRegions.Length : 0);
        int data = metadata.FieldDefinitions
            .Select(handle => metadata.GetFieldDefinition(handle))
            .Where(field => field.GetRelativeVirtualAddress() != 0)
            .Sum(field => DataBytes(metadata, field));

        // The heap of strings holds each name once, as the converted assembly does; literals become UTF-8.
        int strings = metadata.GetHeapSize(HeapIndex.String) + metadata.GetHeapSize(HeapIndex.UserString);
        int signatures = metadata.GetHeapSize(HeapIndex.Blob);
        return HeaderBytes + TablePaddingBytes + records + code + data + strings + signatures;
    }

    private static int DataBytes(MetadataReader metadata, FieldDefinition field)
    {
        var reader = metadata.GetBlobReader(field.Signature);
        reader.ReadSignatureHeader();
        if (reader.ReadSignatureTypeCode() is not SignatureTypeCode.TypeHandle)
            return 8;
        var type = (TypeDefinitionHandle)reader.ReadTypeHandle();
        return metadata.GetTypeDefinition(type).GetLayout().Size;
    }
}
