using Npgsql;

namespace Turnpike.Storage.Postgres;

/// <summary>Reads <c>postgres://user:password@host:port/database?option=value</c>. A socket's directory is given as <c>?host=/run/postgresql</c>.</summary>
internal static class PostgresAddress
{
    private const int PoolMax = 20;

    /// <exception cref="ArgumentException">It is not such an address. The message never contains what may be a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string address)
    {
        var builder = new NpgsqlConnectionStringBuilder { MaxPoolSize = PoolMax, Timeout = 5, CommandTimeout = 30, KeepAlive = 30, ApplicationName = "turnpike" };
        // An address without a host ("postgres://user@/db?host=/run") is common among PostgreSQL's tools; Uri does not take it.
        var hasHost = !address.Contains("@/", StringComparison.Ordinal) && !address.Contains(":///", StringComparison.Ordinal);
        var text = hasHost ? address : address.Replace("@/", "@none/", StringComparison.Ordinal).Replace(":///", "://none/", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.AbsolutePath.Length <= 1)
        {
            throw new ArgumentException("must be of the form postgres://user:password@host:port/database.");
        }

        builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        builder.Host = hasHost ? uri.Host.Trim('[', ']') : "localhost";
        builder.Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port;
        var user = uri.UserInfo.Split(':', 2);
        builder.Username = Uri.UnescapeDataString(user[0]);
        builder.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            Set(builder, pair.Split('=', 2));
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string[] pair)
    {
        var name = Uri.UnescapeDataString(pair[0]) switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            var other => other,
        };
        try
        {
            builder[name] = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"has an option '{pair[0]}' that is not known or has no such value.");
        }
    }
}
