namespace Fog.Tidy;

internal static class Offenders
{
    /// <summary>Fails with all of them, not with the first.</summary>
    public static void None(IEnumerable<string> offenders)
    {
        string[] all = [.. offenders];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }
}
