using Fog.Firmware.Logic.Tests;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Firmware.Device.Tests.NanoFramework;

/// <summary>What runs on a board, which the default build cannot build for one, compiles against nanoFramework's API and stays within it.</summary>
public class BoardProgramTests
{
    public static TheoryData<string> All() => [.. Compilations.Keys];

    public static TheoryData<string> Programs() => ["Board", "SelfTest"];

    private static Dictionary<string, CSharpCompilation> Compilations => new[] { NanoCompilation.Packages, NanoCompilation.Elementary, NanoCompilation.Portable, NanoCompilation.Loader, NanoCompilation.Logic, NanoCompilation.Board, NanoCompilation.SelfTest }
        .ToDictionary(compilation => compilation.AssemblyName!);

    private static string[] Own { get; } = Lines("AllowedMembers.txt");

    private static string[] Allowed { get; } = [.. Lines("LogicMembers.txt"), .. Own];

    [Theory]
    [MemberData(nameof(All))]
    public void It_compiles_against_core_library_and_packages(string name)
    {
        var errors = NanoCompilation.Errors(Compilations[name]).ToArray();
        Assert.True(errors.Length == 0, string.Join("\n", errors));
    }

    /// <summary>What compiles and does something else there is not in the lists: members, instructions, and floating point.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void It_uses_only_what_does_there_what_it_does_here(string name)
    {
        var scan = Scan(name);
        Assert.Empty(scan.Faults);
        Assert.Empty(scan.Floats);
        var unknown = scan.Members.Where(m => !IsOfPackages(m)).Except(Allowed).Order().ToArray();
        Assert.True(unknown.Length == 0, string.Join("\n", unknown));
    }

    /// <summary>The elementary functions' floating point is written around the differences: tests/Wasm.Portable.Tests, DialectTests.</summary>
    [Fact]
    public void Mathematics_use_only_what_does_there_what_it_does_here()
    {
        var scan = Scan("Wasm.Math");
        Assert.Empty(scan.Faults);
        Assert.Empty(scan.Members.Except(Allowed));
        Assert.NotEmpty(scan.Floats);
    }

    [Fact]
    public void Nothing_is_allowed_for_nobody()
    {
        var unused = Own.Except(Scan("Board").Members).Except(Scan("SelfTest").Members).ToArray();
        Assert.True(unused.Length == 0, string.Join("\n", unused));
    }

    [Theory]
    [InlineData("nanoFramework.Hardware.Esp32.Sleep.StartHibernation();", "StartHibernation")]
    [InlineData("string.Join(\"\", new string[0]);", "Join")]
    [InlineData("new System.IO.MemoryStream();", "MemoryStream")]
    public void What_they_lack_is_an_error(string statement, string name) => Assert.Contains(
        NanoCompilation.Errors(NanoCompilation.Board.AddSyntaxTrees(NanoCompilation.Parse($"class Wrong {{ void M() {{ {statement} }} }}"))),
        e => e.Contains(name, StringComparison.Ordinal));

    private static AssemblyScan Scan(string name)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".dll");
        try
        {
            using (var file = File.Create(path))
                Assert.True(Compilations[name].Emit(file).Success);
            return AssemblyScan.Of(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Lines(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "NanoFramework", name)).Where(l => l.Length > 0 && l[0] != '#')];

    // Theirs are held by the compiler.
    private static bool IsOfPackages(string member) =>
        member.StartsWith("nanoFramework.", StringComparison.Ordinal) || member.StartsWith("System.Device.", StringComparison.Ordinal);
}
