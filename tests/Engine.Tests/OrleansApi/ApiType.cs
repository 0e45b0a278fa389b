namespace Fog.Engine.Tests.OrleansApi;

/// <summary>What an assembly promises of one public type: a line a fact, in the form that <see cref="ApiPrinter"/> gives them.</summary>
/// <param name="Name">Full name, with the arity of a generic type (<c>Orleans.Runtime.IPersistentState`1</c>).</param>
internal sealed record ApiType(string Name, IReadOnlyList<string> Facts)
{
    /// <summary>Types as they stand in a file: the name on a line of its own, its facts indented, an empty line between types.</summary>
    public static IReadOnlyDictionary<string, ApiType> Read(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, List<string>>();
        List<string>? facts = null;
        foreach (string line in lines.Where(static line => line.Length > 0 && !line.StartsWith('#')))
        {
            if (!line.StartsWith(' '))
            {
                types.Add(line, facts = []);
                continue;
            }

            (facts ?? throw new InvalidDataException($"'{line}' belongs to no type.")).Add(line.Trim());
        }

        return types.ToDictionary(static type => type.Key, static type => new ApiType(type.Key, type.Value));
    }

    /// <summary>What this type promises that <paramref name="original"/> does not, each with what the original has in its place.</summary>
    public IEnumerable<string> DifferencesFrom(ApiType original)
    {
        var known = original.Facts.ToHashSet();
        foreach (string fact in Facts.Where(fact => !known.Contains(fact)))
        {
            var instead = original.Facts.Where(other => Subject(other) == Subject(fact)).DefaultIfEmpty("nothing of that name");
            yield return $"{Name}{Environment.NewLine}  engine:  {fact}{Environment.NewLine}  Orleans: {string.Join($"{Environment.NewLine}           ", instead)}";
        }
    }

    /// <summary>What a fact is about: the member's name, or the first word.</summary>
    private static string Subject(string fact)
    {
        if (!fact.StartsWith("member ", StringComparison.Ordinal))
        {
            return fact.Split(' ')[0];
        }

        string declaration = fact.Split('(', '{', '=')[0].Trim();
        return declaration[(declaration.LastIndexOf(' ') + 1)..].Split('<')[0];
    }
}
