using System.Net;
using System.Net.Sockets;

namespace Turnpike.Gateway.Media;

/// <summary>Tells addresses of the open internet from those that a stranger must not reach through us. Pure.</summary>
internal static class AddressGuard
{
    // Special-purpose blocks of IANA's registries, and multicast.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool IsOpen(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6 && IPNetwork.Parse("64:ff9b::/96").Contains(plain))
        {
            plain = new(plain.GetAddressBytes().AsSpan(12)); // an IPv4 address behind a translator
        }

        return !Array.Exists(Closed, network => network.Contains(plain));
    }
}
