using System.Text;

namespace Fog.Firmware.Device.Tests.NanoFramework;

/// <summary>Api.txt as C# without bodies.</summary>
internal static class ApiFacts
{
    public static string ToSource()
    {
        var source = new StringBuilder();
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "NanoFramework", "Api.txt")).Where(line => line.Length > 0 && line[0] != '#').ToArray();
        for (var at = 0; at < lines.Length;)
        {
            var (space, type) = (lines[at][..lines[at].IndexOf(' ', StringComparison.Ordinal)], lines[at][(lines[at].IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var members = lines.Skip(++at).TakeWhile(line => line[0] == ' ').ToArray();
            at += members.Length;
            var isEnum = type.Contains(" enum ", StringComparison.Ordinal);
            source.AppendLine(type.Contains(" delegate ", StringComparison.Ordinal)
                ? $"namespace {space} {{ {type}; }}"
                : $"namespace {space} {{ {type} {{ {string.Join(isEnum ? ", " : " ", members.Select(member => isEnum ? member : Member(member)))} }} }}");
        }

        return source.ToString();
    }

    private static string Member(string line)
    {
        if (line.Contains('{', StringComparison.Ordinal))
            return line;
        if (line.Contains(" abstract ", StringComparison.Ordinal))
            return line + ";";
        var isBodied = line.Contains('(', StringComparison.Ordinal) && !line.Contains(" delegate ", StringComparison.Ordinal);
        return isBodied ? line + " { throw null; }" : line + ";";
    }
}
