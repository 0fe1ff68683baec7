using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Turnpike.Configuration;

namespace Turnpike.Hosting;

/// <summary>Every limit and address of the server, each set on purpose.</summary>
internal static class KestrelSetup
{
    /// <summary>Open connections at most, streams included; about 20 KiB each while idle. More are refused at once.</summary>
    private const int ConnectionsMax = 50_000;

    /// <summary>Requests under way on one HTTP/2 connection; an SDK with one connection must not be held back by Kestrel's 100.</summary>
    private const int StreamsPerConnectionMax = 512;

    private const int HeaderCountMax = 100;

    public static void Configure(KestrelServerOptions kestrel, TurnpikeSettings settings)
    {
        var limits = settings.Gateway.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytesMax;
        kestrel.Limits.MaxRequestHeaderCount = HeaderCountMax;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;

        // A caller that trickles its body holds memory and a place; 240 B/s is slower than any real uplink. The whole body has a
        // time-out of its own (limits.bodyTimeout).
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));

        // This clock runs only while an answer waits for its reader with all buffers full. A phone that loses its network for a minute
        // keeps its stream; a reader that has stopped for good is let go, and its hold settled.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 64, gracePeriod: TimeSpan.FromSeconds(60));

        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnectionMax;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30); // A dead peer of an HTTP/2 connection is found out.
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        var https = new Lazy<HttpsConnectionAdapterOptions>(() => ServerCertificate.Load(settings));
        foreach (var url in settings.Urls)
        {
            kestrel.Listen(url, https, static _ => { });
        }

        foreach (var url in settings.AdminUrls)
        {
            kestrel.Listen(url, https, OperatorGate.Mark);
        }
    }

    public static void Configure(SocketTransportOptions sockets)
    {
        sockets.NoDelay = true; // Each event of a stream leaves at once.
        sockets.Backlog = 4096; // A burst of new connections waits here instead of being refused; the kernel's somaxconn caps it.
    }
}
