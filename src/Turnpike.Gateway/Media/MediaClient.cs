using System.Net;
using System.Net.Sockets;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Media;

/// <summary>Gets what stands at an address: only from the open internet, bounded in size, time and redirects, of a type that fits.</summary>
/// <remarks>The address that was judged is the one that is connected to: a name that resolves differently the second time gains nothing.</remarks>
internal sealed class MediaClient : IDisposable
{
    private const int RedirectsMax = 3;
    private const int TypeCharsMax = 100;

    private readonly MediaOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    public MediaClient(MediaOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _invoker = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // each redirect is judged anew
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>The bytes and their type; or why there are none.</summary>
    /// <param name="bytesMax">The most that the request has room for; the options may allow less.</param>
    public async Task<(byte[]? Bytes, string? Type, string? Fault)> GetAsync(string url, MediaKind kind, long bytesMax, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var address)
                ? await FollowAsync(address, kind, (int)Math.Min(bytesMax, _options.BytesMax), either.Token)
                : (null, null, "it is no address");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, null, exception is HttpRequestException { InnerException: ClosedAddressException } ? "it points to an address that is not open to callers"
                : exception is OperationCanceledException ? "it did not arrive in time" : "it could not be reached");
        }
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<(byte[]? Bytes, string? Type, string? Fault)> FollowAsync(Uri address, MediaKind kind, int bytesMax, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= RedirectsMax; redirects++)
        {
            if (address.Scheme is not ("http" or "https"))
            {
                return (null, null, "it is neither http nor https");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("User-Agent", "Turnpike/0.1");
            using var response = await _invoker.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is >= 300 and < 400 && Uri.TryCreate(address, response.Headers.Location, out var next))
            {
                address = next;
                continue;
            }

            return await TakeAsync(response, kind, bytesMax, cancellationToken);
        }

        return (null, null, "it redirects too often");
    }

    private async Task<(byte[]? Bytes, string? Type, string? Fault)> TakeAsync(HttpResponseMessage response, MediaKind kind, int bytesMax, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (null, null, $"its server answered with {(int)response.StatusCode}");
        }

        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        if (!Fits(type, kind))
        {
            return (null, null, type is null ? "its server names no type" : $"it is of the type '{GatewayErrors.Bounded(type, TypeCharsMax)}'");
        }

        if (response.Content.Headers.ContentLength > bytesMax)
        {
            return (null, null, "it is too large");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = await BoundedBody.ReadAsync(stream, bytesMax, cancellationToken);
        return bytes is null ? (null, null, "it is too large") : (bytes, type, null);
    }

    private static bool Fits(string? type, MediaKind kind) => kind switch
    {
        MediaKind.Image => type?.StartsWith("image/", StringComparison.Ordinal) == true,
        MediaKind.Audio => type?.StartsWith("audio/", StringComparison.Ordinal) == true,
        MediaKind.Video => type?.StartsWith("video/", StringComparison.Ordinal) == true,
        MediaKind.Document => type == "application/pdf" || type?.StartsWith("text/", StringComparison.Ordinal) == true,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!_options.PrivateAddresses && !AddressGuard.AreOpen(addresses))
        {
            throw new ClosedAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address is not one of the open internet.</summary>
    private sealed class ClosedAddressException : IOException;
}
