using System.Net;
using Turnpike.Gateway.Media;

namespace Turnpike.Gateway.Tests.Media;

/// <summary>Which addresses a caller may have fetched.</summary>
public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:7f00:1::")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("fec0::1")]
    [InlineData("4000::1")]
    [InlineData("168.63.129.16")]
    public void A_closed_address_is_closed(string address) => Assert.False(AddressGuard.IsOpen(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1 93.184.216.34", true)]
    [InlineData("1.1.1.1 127.0.0.1", false)]
    [InlineData("169.254.169.254 1.1.1.1", false)]
    [InlineData("", false)]
    public void A_name_is_open_where_all_that_it_stands_for_is(string addresses, bool isOpen) =>
        Assert.Equal(isOpen, AddressGuard.AreOpen([.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("93.184.216.34")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("64:ff9b::101:101")]
    public void An_open_address_is_open(string address) => Assert.True(AddressGuard.IsOpen(IPAddress.Parse(address)));
}
