using System.Net;
using System.Net.Sockets;

namespace Turnpike.Gateway.Media;

/// <summary>Tells addresses of the open internet from those that a stranger must not reach through us. Pure.</summary>
internal static class AddressGuard
{
    // Special-purpose blocks of IANA's registries, multicast, and where Azure's machines have their platform.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 nothing else is given out for the internet.
    private static readonly IPNetwork Given = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether a name that stands for these may be reached: one that is closed is enough to close it.</summary>
    public static bool AreOpen(IPAddress[] addresses) => addresses.Length > 0 && Array.TrueForAll(addresses, IsOpen);

    public static bool IsOpen(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : Translated.Contains(address) ? new(address.GetAddressBytes().AsSpan(12)) // an IPv4 address behind a translator
            : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || Given.Contains(plain)) && !Array.Exists(Closed, network => network.Contains(plain));
    }
}
