using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog clusters</c></summary>
internal static class ClustersVerb
{
    private static readonly string[] s_columns = ["cluster", "term", "leader", "members", "open votes"];

    public static Command Make(Terminal terminal)
    {
        var command = new Command("clusters", "List the clusters.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var clusters = await fog.ClustersAsync(cancel);
            if (terminal.Json)
            {
                terminal.Answer(clusters);
            }
            else if (clusters.Count == 0)
            {
                terminal.Line("There is no cluster yet: it takes three devices, see `fog devices`.");
            }
            else
            {
                terminal.Table(s_columns, [.. clusters.Select(Row)]);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(ClusterInfo cluster) =>
        [cluster.Name, $"{cluster.Term}", cluster.Leader ?? "-", string.Join(' ', cluster.Members), $"{cluster.OpenVotes}"];
}
