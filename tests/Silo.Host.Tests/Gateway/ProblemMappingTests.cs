using System.Reflection;
using Fog.Grains.Interfaces;
using Fog.Silo.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;

namespace Fog.Silo.Host.Tests.Gateway;

public sealed class ProblemMappingTests
{
    public static TheoryData<FogError> Errors() => [.. Enum.GetValues<FogError>().Where(error => error != FogError.None)];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_error_of_the_fog_keeps_its_name_and_sentence_and_has_a_status_of_a_failure(FogError error)
    {
        var problem = ProblemMapping.Of(new FogException(error, "Do this."));

        Assert.Equal(error.ToString(), problem.Code);
        Assert.Equal("Do this.", problem.Detail);
        Assert.InRange(problem.Status, 400, 504);
        Assert.NotEqual(500, problem.Status);
    }

    [Fact]
    public void A_grain_that_does_not_answer_in_time_is_a_named_503()
    {
        var problem = ProblemMapping.Of(new TimeoutException("Response did not arrive on time."))!;

        Assert.Equal(503, problem.Status);
        Assert.Equal("FogTimeout", problem.Code);
    }

    [Fact]
    public void A_cluster_that_changes_is_a_named_503()
    {
        var problem = ProblemMapping.Of(new OrleansException("The directory is not stable."))!;

        Assert.Equal((503, "FogUnavailable"), (problem.Status, problem.Code));
    }

    [Fact]
    public void A_body_over_its_limit_is_a_named_413()
    {
        var problem = ProblemMapping.Of(new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge))!;

        Assert.Equal("BodyTooLarge", problem.Code);
    }

    [Fact]
    public void A_defect_is_not_named_by_its_insides()
    {
        Assert.Null(ProblemMapping.Of(new InvalidOperationException("password=secret")));
        Assert.DoesNotContain("secret", ProblemMapping.Internal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_lists_every_code_with_its_status()
    {
        string root = typeof(ProblemMappingTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!;
        string page = File.ReadAllText(Path.Combine(root, "..", "..", "docs", "http.md"));
        var rows = page.Split('\n').Where(line => line.StartsWith("| 4", StringComparison.Ordinal) || line.StartsWith("| 5", StringComparison.Ordinal)).ToArray();

        foreach (var error in Enum.GetValues<FogError>().Where(error => error != FogError.None))
        {
            Assert.Contains(rows, row => row.StartsWith($"| {ProblemMapping.StatusOf(error)} |", StringComparison.Ordinal) && row.Contains($"`{error}`", StringComparison.Ordinal));
        }

        foreach (var error in Enum.GetValues<GatewayError>())
        {
            Assert.Contains(rows, row => row.Contains($"`{error}`", StringComparison.Ordinal));
        }
    }
}
