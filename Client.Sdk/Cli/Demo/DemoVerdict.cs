namespace Fog.Client.Sdk.Cli.Demo;

/// <summary>Whether the demo proved what it is there to prove.</summary>
/// <param name="Liar">Name of the byzantine device.</param>
/// <param name="LiarVotes">Wrong votes of the liar that a majority outvoted.</param>
/// <param name="Crashes">How often the crashing device crashed in the middle of a task.</param>
public sealed record DemoVerdict(IReadOnlyList<DemoRow> Rows, string Liar, int LiarVotes, string Crasher, int Crashes)
{
    public bool Passed => Rows.Count > 0 && Rows.All(row => row.Equal) && LiarVotes > 0 && Crashes > 0;

    public string Sentence => Rows.Count(row => !row.Equal) switch
    {
        > 0 and var wrong => $"{wrong} of {Rows.Count} results are not what .NET computes.",
        _ when Rows.Count == 0 => "No function ran.",
        _ when LiarVotes == 0 => $"All {Rows.Count} results are right, but the liar {Liar} never voted, so this run proves nothing about liars.",
        _ when Crashes == 0 => $"All {Rows.Count} results are right, but {Crasher} never crashed, so this run proves nothing about crashes.",
        _ => $"All {Rows.Count} results are right to the last bit; the liar {Liar} was outvoted {Times(LiarVotes)}, {Crasher} crashed {Times(Crashes)}.",
    };

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
