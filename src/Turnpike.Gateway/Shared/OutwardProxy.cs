using System.Net;
using System.Net.Sockets;

namespace Turnpike.Gateway.Shared;

/// <summary>The proxy that the environment names, for what is not on this machine: neither programs that run here nor the metadata of a cloud's
/// machine, whose addresses are those of the link, can be reached through another.</summary>
public sealed class OutwardProxy(IWebProxy environments) : IWebProxy
{
    /// <summary>Null where the environment names none: then no request has to be looked at.</summary>
    public static OutwardProxy? OfEnvironment { get; } =
        Array.Exists(["http://elsewhere.invalid/", "https://elsewhere.invalid/"], static a => HttpClient.DefaultProxy.GetProxy(new(a)) is not null) ? new(HttpClient.DefaultProxy) : null;

    public ICredentials? Credentials
    {
        get => environments.Credentials;
        set => environments.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsHere(destination) ? null : environments.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsHere(host) || environments.IsBypassed(host);

    private static bool IsHere(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.IsLoopback || (IPAddress.TryParse(uri.IdnHost, out var address) && IsOfLink(address));
    }

    // 169.254.0.0/16, fe80::/10, and where AWS has its metadata for IPv6.
    private static bool IsOfLink(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes() is [169, 254, ..]
        : address.IsIPv6LinkLocal || address.GetAddressBytes() is [0xfd, 0x00, 0x0e, 0xc2, ..];
}
