using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Fog.Silo.Gateway.Problems;

/// <summary>Answers every failure as a <see cref="Problem"/>. The only catch-all: above it is the server, and a defect must not show its insides.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await Write(context, ProblemMapping.OfStatus(context.Response.StatusCode));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted)
        {
            // The caller went away, or the silo stops in the middle of a stream; there is nobody to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            if (ProblemMapping.Of(failure) is not { } problem)
            {
                log.LogError(failure, "{Method} {Path} failed by a defect", context.Request.Method, context.Request.Path);
                problem = ProblemMapping.Internal;
            }
            else if (failure is OrleansException)
            {
                log.LogWarning(failure, "{Method} {Path} could not be served", context.Request.Method, context.Request.Path);
            }

            context.Response.Clear();
            await Write(context, problem);
        }
    }

    private static Task Write(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return context.Response.WriteAsJsonAsync(problem, GatewayJson.Options, Problem.MediaType, context.RequestAborted);
    }
}
