using Turnpike.Storage.Postgres;

namespace Turnpike.Storage.Tests;

public sealed class PostgresAddressTests
{
    [Fact]
    public void An_address_is_read_with_its_escapes_and_options()
    {
        var read = PostgresAddress.Parse("postgres://me%40x:p%3Aw@db.example:6432/turn%20pike?sslmode=Require&Maximum%20Pool%20Size=3");

        Assert.Equal(("me@x", "p:w", "db.example", 6432, "turn pike"), (read.Username, read.Password, read.Host, read.Port, read.Database));
        Assert.Equal(Npgsql.SslMode.Require, read.SslMode);
    }

    [Fact]
    public void A_socket_is_given_as_its_directory()
    {
        var read = PostgresAddress.Parse("postgresql://me@/db?host=/run/postgresql");

        Assert.Equal(("/run/postgresql", 5432, "db"), (read.Host, read.Port, read.Database));
    }

    [Theory]
    [InlineData("postgres://me:hunter2@host")]
    [InlineData("postgres://me:hunter2@host:x/db")]
    [InlineData("postgres://me:hunter2@host/db?nonsense=hunter2")]
    public void What_is_wrong_with_it_is_told_without_the_password(string address)
    {
        var refusal = Assert.Throws<ArgumentException>(() => PostgresAddress.Parse(address));

        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }
}
