using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Logic;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Firmware code stays within what nanoFramework has.</summary>
public class NanoFrameworkTests
{
    private static string[] Paths { get; } = [typeof(Agent).Assembly.Location, typeof(RsaKey).Assembly.Location, typeof(FunctionRun).Assembly.Location];

    public static TheoryData<string> Assemblies() => [.. Paths];

    private static string[] Allowed { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "NanoFramework", "AllowedMembers.txt")).Where(l => l.Length > 0 && l[0] != '#')];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_generics_no_odd_arrays_no_odd_instructions(string assembly) =>
        Assert.Empty(AssemblyScan.Of(assembly).Faults);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Only_members_that_are_there(string assembly) =>
        Assert.Empty(AssemblyScan.Of(assembly).Members.Except(Allowed));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Only_types_that_are_there(string assembly)
    {
        string[] basic =
        [
            "System.Object", "System.ValueType", "System.Enum", "System.RuntimeFieldHandle",
            "System.Boolean", "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
            "System.Int64", "System.UInt64", "System.Single", "System.Double",
        ];
        var types = Allowed.Select(m => m.Split("::")[0]);
        Assert.Empty(AssemblyScan.Of(assembly).Types.Except(types).Except(basic));
    }

    /// <summary>The executor's is written around the differences, case by case; nothing else has any.</summary>
    [Fact]
    public void No_floating_point_beside_the_executors()
    {
        Assert.Empty(AssemblyScan.Of(typeof(Agent).Assembly.Location).Floats);
        Assert.Empty(AssemblyScan.Of(typeof(RsaKey).Assembly.Location).Floats);
        Assert.NotEmpty(AssemblyScan.Of(typeof(FunctionRun).Assembly.Location).Floats);
    }

    [Fact]
    public void The_scan_sees_what_it_is_there_to_see()
    {
        var scan = AssemblyScan.Of(typeof(NanoFrameworkTests).Assembly.Location);
        Assert.Contains("generic method call", scan.Faults);
        Assert.Contains(scan.Faults, f => f.StartsWith("type System.Collections.Generic.", StringComparison.Ordinal));
        Assert.Contains("add.ovf in Forbidden", scan.Faults);
        Assert.Contains("localloc in Forbidden", scan.Faults);
        Assert.Contains("type int[,]", scan.Faults);
        Assert.Contains("System.String::Join(string, string[])", scan.Members);
        Assert.Equal("4", Forbidden(2, 2));
    }

    private static string Forbidden(int a, int b)
    {
        Span<int> stack = stackalloc int[1];
        var square = new int[1, 1];
        square[0, 0] = stack[0] = checked(a + b);
        return string.Join("", new[] { square[0, 0].ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }
}
