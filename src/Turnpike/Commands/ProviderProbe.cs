using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Shared;

namespace Turnpike.Commands;

/// <summary>Asks a provider for its list of models, with its key: the cheapest request that shows whether address and key are
/// right.</summary>
internal sealed class ProviderProbe(TimeSpan timeout) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { ConnectTimeout = timeout, AllowAutoRedirect = false, Proxy = OutwardProxy.OfEnvironment });

    public async Task<ProviderReport> CheckAsync(Provider provider, CancellationToken cancellationToken)
    {
        if (provider.BaseUrl is not { } baseUrl)
        {
            return new(provider.Id, Ok: true, null, 0, "built in");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        using var request = ModelListRequest.For(provider, baseUrl);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            var (ok, detail) = Judge(response.StatusCode, provider);
            return new(provider.Id, ok, (int)response.StatusCode, Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1), detail);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(provider.Id, Ok: false, null, null, $"no answer from {Shown(baseUrl)} within {timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            return new(provider.Id, Ok: false, null, null, Reason(e, baseUrl));
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An address without what may be secret in it.</summary>
    public static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    private static (bool Ok, string Detail) Judge(HttpStatusCode status, Provider provider) => (int)status switch
    {
        >= 200 and < 300 => (true, "answers"),
        401 or 403 when provider.ApiKey is null && provider.HasCredentials => (true, "answers; its credentials were not tried"),
        401 or 403 when provider.ApiKey is null => (false, $"wants a key, but none is set ({(int)status})"),
        401 or 403 => (false, $"refuses the key ({(int)status}): check it at the provider"),
        404 or 405 => (true, $"answers, but does not list its models ({(int)status}): the key was not checked"),
        429 => (true, "answers, and limits the rate of requests just now (429)"),
        >= 500 => (false, $"is failing ({(int)status}): try again later"),
        >= 300 and < 400 => (false, $"redirects ({(int)status}): check 'baseUrl'"),
        _ => (false, $"refuses the request ({(int)status}): check 'baseUrl'"),
    };

    private static string Reason(HttpRequestException e, Uri url) => e switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError } when OutwardProxy.OfEnvironment?.GetProxy(url) is { } proxy =>
            $"no connection through the proxy {Shown(proxy)}, which the environment names: check that, or name '{url.Host}' in NO_PROXY",
        { HttpRequestError: HttpRequestError.NameResolutionError } => $"the name '{url.Host}' is not known: check 'baseUrl' and the network",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => $"nothing listens at {Shown(url)}",
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"no secure connection to '{url.Host}': its certificate is not trusted here, or it does not speak TLS",
        { HttpRequestError: HttpRequestError.ConnectionError } => $"no connection to {Shown(url)}: check the network",
        _ => $"the answer of {Shown(url)} is not HTTP as it should be ({e.HttpRequestError})",
    };
}
