using System.Net;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dispatch;

public sealed class OutwardProxyTests
{
    [Theory]
    [InlineData("https://api.example/v1", true)]
    [InlineData("http://10.1.2.3/v1", true)]
    [InlineData("http://localhost:11434/api", false)]
    [InlineData("http://127.8.0.1/v1", false)]
    [InlineData("http://[::1]/v1", false)]
    [InlineData("http://169.254.169.254/latest/api/token", false)]
    [InlineData("http://[fe80::1]/metadata", false)]
    [InlineData("http://[fd00:ec2::254]/latest", false)]
    [InlineData("http://[fd00:ec3::254]/latest", true)]
    public void What_is_on_this_machine_is_not_asked_for_through_a_proxy(string address, bool isThrough)
    {
        var proxy = new OutwardProxy(new WebProxy("http://proxy.example:3128"));

        Assert.Equal(isThrough, proxy.GetProxy(new(address)) is not null);
        Assert.Equal(!isThrough, proxy.IsBypassed(new(address)));
    }
}
