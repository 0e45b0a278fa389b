using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces;
using Microsoft.AspNetCore.Http;

namespace Fog.Silo.Gateway;

/// <summary>JSON as the gateway reads and writes it: camel case, enums by name, nothing unknown and nothing twice.</summary>
public static class GatewayJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Reads a body that must be one JSON object.</summary>
    /// <exception cref="FogException"><see cref="FogError.InvalidRequest"/>.</exception>
    internal static async Task<T> Read<T>(HttpContext context)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("JSON expected.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Options, context.RequestAborted)
                ?? throw new FogException(FogError.InvalidRequest, "The body is null: send a JSON object.");
        }
        catch (JsonException malformed)
        {
            throw new FogException(FogError.InvalidRequest, $"The body is not what this path takes: {FirstSentence(malformed)}");
        }
    }

    /// <summary>The serializer's own words name the field; its type names and line numbers help nobody.</summary>
    private static string FirstSentence(JsonException malformed) => malformed switch
    {
        { InnerException: JsonException } => "it is not valid JSON.",
        { Path: { Length: > 1 } path } when malformed.Message.Contains("could not be mapped", StringComparison.Ordinal) => $"there is no field '{Field(path, malformed.Message)}'.",
        { Path: { Length: > 1 } path } when malformed.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) => $"a field is there twice at {path}.",
        { Path: { Length: > 1 } path } => $"the value of {path} has the wrong type, or is none of its values.",
        { Message: var message } when message.Contains("could not be mapped", StringComparison.Ordinal) => $"there is no field '{Field("$", message)}'.",
        { Message: var message } when message.Contains("missing required", StringComparison.Ordinal) => "a required field is missing.",
        _ => "it is not valid JSON.",
    };

    private static string Field(string path, string message)
    {
        // "The JSON property 'colour' could not be mapped to any .NET member …"
        var parts = message.Split('\'');
        return parts.Length > 1 ? parts[1] : path;
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            MaxDepth = GatewayLimits.JsonDepthMax,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
