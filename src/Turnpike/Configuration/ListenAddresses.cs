using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Turnpike.Configuration;

/// <summary>Addresses to listen on, as Kestrel takes them: <c>http://127.0.0.1:8088</c>, <c>http://*:80</c>, <c>http://unix:/run/turnpike.sock</c>.</summary>
internal static class ListenAddresses
{
    /// <summary>What is wrong with an address; null when nothing is.</summary>
    public static string? Fault(string address)
    {
        const string Form = "must be an address to listen on like http://127.0.0.1:8088";
        try
        {
            var binding = BindingAddress.Parse(address);
            return binding.Scheme is not ("http" or "https") || binding.PathBase.Length > 0 || binding.Port is < 0 or > 65_535
                || !(binding.IsUnixPipe || binding.Host is "*" or "+" || Uri.CheckHostName(binding.Host.Trim('[', ']')) is not UriHostNameType.Unknown)
                ? Form
                : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            return Form;
        }
    }

    /// <summary>Takes texts apart at <c>;</c>.</summary>
    public static ImmutableArray<string> Split(IEnumerable<string> texts) =>
        [.. texts.SelectMany(static t => t.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
}
