using Turnpike.Core.Shared;

namespace Turnpike.Core.Tests;

public sealed class SecretTests
{
    [Fact]
    public void A_secret_says_nothing_of_itself_until_it_is_asked()
    {
        var secret = new Secret("sk-live-1");

        Assert.Equal("***", $"{secret}");
        Assert.DoesNotContain("sk-live-1", System.Text.Json.JsonSerializer.Serialize(secret), StringComparison.Ordinal);
        Assert.Equal("sk-live-1", secret.Reveal());
    }
}
