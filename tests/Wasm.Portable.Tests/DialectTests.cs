using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Fog.Wasm.Portable.Tests;

/// <summary>The assembly keeps to the C# and the library that nanoFramework has.</summary>
public class DialectTests
{
    // Of the library's members those known to behave alike there; constructors and what the compiler emits included.
    private static readonly HashSet<string> Allowed =
    [
        "Array.Copy", "ArgumentException..ctor", "BitConverter.DoubleToInt64Bits", "BitConverter.GetBytes", "BitConverter.Int64BitsToDouble", "BitConverter.ToInt32",
        "BitConverter.ToSingle", "Enum..ctor", "Exception..ctor", "Math.Sqrt", "Object..ctor", "String..ctor", "String.get_Length",
    ];

    // Attributes of the assembly and the compiler, which nanoFramework's build drops or brings along.
    private static readonly Regex AttributeConstructor = new("^[A-Za-z]+Attribute\\.\\.ctor$|^DebuggingModes");

    private static Assembly Portable => typeof(FunctionRun).Assembly;

    [Fact]
    public void Only_library_members_that_nanoFramework_has_are_used()
    {
        using var file = new PEReader(File.OpenRead(Portable.Location));
        var metadata = file.GetMetadataReader();
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            Assert.True(member.Parent.Kind == HandleKind.TypeReference, "a member of a constructed type: generics or arrays of several dimensions");
            var owner = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            if (metadata.GetString(owner.Namespace) == "Fog.Wasm.Math") continue;
            used.Add($"{metadata.GetString(owner.Name)}.{metadata.GetString(member.Name)}");
        }

        Assert.DoesNotContain(used, name => !Allowed.Contains(name) && !AttributeConstructor.IsMatch(name));
    }

    [Fact]
    public void Nothing_is_generic_and_no_static_changes()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        foreach (var type in Portable.GetTypes().Where(t => t.Namespace?.StartsWith("Fog.", StringComparison.Ordinal) == true))
        {
            Assert.False(type.IsGenericType, type.Name);
            Assert.All(type.GetMethods(all), method => Assert.False(method.IsGenericMethod, method.Name));
            Assert.All(type.GetFields(all), field =>
            {
                Assert.False(field.FieldType.IsGenericType || (field.FieldType.IsArray && !field.FieldType.IsSZArray), $"{type.Name}.{field.Name}");
                Assert.True(!field.IsStatic || field.IsInitOnly || field.IsLiteral, $"{type.Name}.{field.Name} is static and changes");
            });
        }
    }

    [Fact]
    public void Floating_point_is_compared_by_less_only()
    {
        // nanoFramework takes NaN > x and NaN >= x for true: cgt and bgt family on F must not occur, so the sources of the
        // floating-point files must not say > or >= of such values.
        var folder = Path.Combine(Vectors.Folder, "../../Wasm/Portable");
        var floats = File.ReadAllText(Path.Combine(folder, "FloatOps.cs"));
        var code = Regex.Replace(floats, "//.*", "");
        var suspicious = Regex.Matches(code, @"(?<![>\-=])>=?(?![>=])").Select(m => code[System.Math.Max(0, m.Index - 20)..System.Math.Min(code.Length, m.Index + 12)]);

        // Integers may: exponents, magnitudes, bits.
        Assert.All(suspicious, s => Assert.Matches("exponent|magnitude|bits|value >= \\(1L", s));
        foreach (var path in Directory.GetFiles(Path.Combine(folder, "../Math/Elementary"), "*.cs"))
        {
            var elementary = Regex.Replace(File.ReadAllText(path), "//.*|>>=?", "");
            Assert.All(Regex.Matches(elementary, @"\S+ >=? \S+").Select(m => m.Value), comparison => Assert.Matches("^\\(?(n|step) > ", comparison));
        }

        var loop = File.ReadAllText(Path.Combine(folder, "Executor.Run.cs")) + File.ReadAllText(Path.Combine(folder, "Executor.Seldom.cs"));
        Assert.DoesNotMatch(@"f(32|64)\[[^\]]*\] >", loop.Replace("->", "", StringComparison.Ordinal));
    }
}
