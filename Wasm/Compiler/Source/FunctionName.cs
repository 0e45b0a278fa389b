using System.Text;

namespace Fog.Wasm.Compiler.Source;

/// <summary>Names of fog functions: <c>[a-z0-9-]{1,32}</c>.</summary>
public static class FunctionName
{
    public const int LengthMax = 32;

    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= LengthMax && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    /// <summary>The default name of a method: <c>ArcDistance</c> is <c>arc-distance</c>, <c>HTTPGet2</c> is <c>http-get2</c>.</summary>
    public static string Of(string methodName)
    {
        var name = new StringBuilder();
        for (var i = 0; i < methodName.Length; i++)
        {
            var c = methodName[i];
            var startsWord = char.IsAsciiLetterUpper(c) && i > 0
                && (!char.IsAsciiLetterUpper(methodName[i - 1]) || (i + 1 < methodName.Length && char.IsAsciiLetterLower(methodName[i + 1])));
            if (startsWord && name[^1] != '-') name.Append('-');
            name.Append(c == '_' ? '-' : char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
