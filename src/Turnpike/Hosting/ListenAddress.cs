using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Turnpike.Hosting;

/// <summary>An address from the settings, as Kestrel is told to listen on it.</summary>
internal static class ListenAddress
{
    /// <summary>Listens on an address such as <c>http://127.0.0.1:8088</c>, <c>http://*:8088</c>, <c>https://…</c> or
    /// <c>http://unix:/run/turnpike.sock</c>.</summary>
    public static void Listen(this KestrelServerOptions kestrel, string url, Lazy<HttpsConnectionAdapterOptions> https, Action<ListenOptions> configure)
    {
        var address = BindingAddress.Parse(url);
        var isHttps = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        void Configure(ListenOptions listen)
        {
            // Without TLS there is nothing by which a client could choose HTTP/2, and clients for HTTP/1.1 are the rule.
            listen.Protocols = isHttps ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            if (isHttps)
            {
                listen.UseHttps(https.Value);
            }

            configure(listen);
        }

        if (address.IsUnixPipe)
        {
            kestrel.ListenUnixSocket(address.UnixPipePath, Configure);
        }
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && address.Port != 0) // any port: one address, or they differ
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else if (IPAddress.TryParse(address.Host is "localhost" ? "127.0.0.1" : address.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, Configure);
        }
    }

    /// <summary>The address that a client on this machine uses for one that a server is bound to: wildcards become the
    /// loopback.</summary>
    public static string ForLocalClient(string bound)
    {
        var address = BindingAddress.Parse(bound);
        var isAny = address.Host is "*" or "+" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return address.IsUnixPipe ? bound : $"{address.Scheme}://{(isAny ? "127.0.0.1" : address.Host)}:{address.Port}";
    }
}
