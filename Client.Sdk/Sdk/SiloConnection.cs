using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Fog.Client;

/// <summary>Requests to one silo: JSON in and out, every failure a <see cref="FogClientException"/>.</summary>
internal sealed class SiloConnection : IDisposable
{
    private readonly HttpClient _http;
    private readonly FogClientOptions _options;

    public SiloConnection(Uri silo, FogClientOptions options)
    {
        if (!silo.IsAbsoluteUri || (silo.Scheme != Uri.UriSchemeHttp && silo.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{silo}' is no address of a silo: use http://HOST:PORT.", nameof(silo));
        }

        Silo = silo;
        _options = options;
        _http = new HttpClient(options.Handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }, disposeHandler: options.Handler is null)
        {
            BaseAddress = new Uri(silo.AbsoluteUri.EndsWith('/') ? silo.AbsoluteUri : silo.AbsoluteUri + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Uri Silo { get; }

    public Task<T> Get<T>(string path, CancellationToken cancel) => Send<T>(() => new HttpRequestMessage(HttpMethod.Get, path), cancel);

    public Task<T> Delete<T>(string path, CancellationToken cancel) => Send<T>(() => new HttpRequestMessage(HttpMethod.Delete, path), cancel);

    public Task<T> Post<T>(string path, object body, CancellationToken cancel) => Send<T>(
        () => new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) }, cancel);

    public Task<T> Put<T>(string path, ReadOnlyMemory<byte> body, string mediaType, CancellationToken cancel) => Send<T>(
        () =>
        {
            var content = new ReadOnlyMemoryContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        },
        cancel);

    /// <summary>Copies an answer of any length, as it comes. Waits for its beginning as long as the caller does: the silo makes it first.</summary>
    public async Task Download(string path, string mediaType, Stream to, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        try
        {
            using var response = await Answered(request, cancel, cancel);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            await body.CopyToAsync(to, cancel);
        }
        catch (Exception broken) when (broken is HttpRequestException or HttpIOException)
        {
            throw Unreachable(broken);
        }
    }

    /// <summary>The response's headers have arrived and say success; the caller reads and disposes it.</summary>
    public async Task<HttpResponseMessage> Open(string path, string mediaType, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        return await Answered(request, cancel);
    }

    /// <summary>A failure of the way, as a sentence.</summary>
    public FogClientException Unreachable(Exception? cause) => new(
        FogClientError.SiloUnreachable,
        $"No silo answers at {Silo}: start one with `fog up`, or name another with --silo or FOG_SILO.",
        cause);

    /// <summary>What answers does not speak as a silo does.</summary>
    public FogClientException NotASilo(Exception? cause, HttpStatusCode? status = null) => new(
        FogClientError.NotASilo,
        status is { } code
            ? $"What answers at {Silo} is no silo (it said {(int)code}): check the address and port."
            : $"What answers at {Silo} is no silo: check the address and port.",
        cause);

    public void Dispose() => _http.Dispose();

    private async Task<T> Send<T>(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        using var request = make();
        using var response = await Answered(request, cancel);
        try
        {
            using var patience = Patience(cancel);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            return await JsonSerializer.DeserializeAsync<T>(body, FogJson.Options, patience.Token) ?? throw NotASilo(null);
        }
        catch (JsonException malformed)
        {
            throw NotASilo(malformed);
        }
        catch (Exception broken) when (IsBrokenWay(broken, cancel))
        {
            throw Unreachable(broken);
        }
    }

    private async Task<HttpResponseMessage> Answered(HttpRequestMessage request, CancellationToken cancel)
    {
        using var patience = Patience(cancel);
        return await Answered(request, patience.Token, cancel);
    }

    private async Task<HttpResponseMessage> Answered(HttpRequestMessage request, CancellationToken patience, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
        }
        catch (Exception broken) when (IsBrokenWay(broken, cancel))
        {
            throw Unreachable(broken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Refusal(response, cancel);
        }
    }

    private async Task<FogClientException> Refusal(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            using var patience = Patience(cancel);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            var problem = JsonSerializer.Deserialize<Problem>(text, FogJson.Options);
            return problem is { Code: { } code, Detail: { } detail } ? new FogClientException(code, detail) : NotASilo(null, response.StatusCode);
        }
        catch (JsonException malformed)
        {
            return NotASilo(malformed, response.StatusCode);
        }
        catch (Exception broken) when (IsBrokenWay(broken, cancel))
        {
            return Unreachable(broken);
        }
    }

    private CancellationTokenSource Patience(CancellationToken cancel)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_options.AnswerTimeout);
        return patience;
    }

    /// <summary>The connection failed or the answer took too long; not: the caller cancelled.</summary>
    internal static bool IsBrokenWay(Exception failure, CancellationToken cancel) =>
        failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancel.IsCancellationRequested);

    private static ByteArrayContent Json(object body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, FogJson.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>RFC 9457, with the silo's name for the error.</summary>
    private sealed record Problem(string? Code, string? Detail);
}
