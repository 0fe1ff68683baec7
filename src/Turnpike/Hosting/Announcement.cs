using System.Globalization;
using Turnpike.Configuration;
using Turnpike.Core.Money;

namespace Turnpike.Hosting;

/// <summary>What the operator reads on the console when the server has started. Goes to the standard output alone, never to the
/// log.</summary>
internal static class Announcement
{
    /// <param name="bound">The addresses that the server got: those of <see cref="TurnpikeSettings.Urls"/> first, then the
    /// operators'.</param>
    public static string Text(TurnpikeSettings settings, IEnumerable<string> bound, OwnerKeys? keys)
    {
        var addresses = bound.ToList();
        var callers = addresses.Take(settings.Urls.Count).ToList();
        var lines = new List<string>
        {
            "",
            $"Turnpike {ProductVersion.Text}",
            $"  address    {string.Join("  ", callers)}",
        };
        if (addresses.Count > callers.Count)
        {
            lines.Add($"  operators  {string.Join("  ", addresses.Skip(callers.Count))}");
        }

        lines.Add($"  data       {settings.Storage.DataDirectory}");
        lines.AddRange(keys is null
            ? ["  new key    turnpike keys create --name NAME"]
            : Welcome(settings.StartingCredit, ListenAddress.ForLocalClient(callers[0]), keys));
        lines.Add("");
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Welcome(NanoUsd credit, string address, OwnerKeys keys) =>
    [
        $"  credit     US${Dollars(credit)} of play credit: it buys nothing real; change it with 'startingCredit' or 'turnpike credits grant'",
        "",
        "These two keys are shown once, now. Keep them:",
        $"  API key         {keys.Inference}",
        $"  management key  {keys.Management}",
        "",
        "Try it:",
        $"""curl {CurlTarget(address)}/api/v1/chat/completions -H "Authorization: Bearer {keys.Inference}" -H "Content-Type: application/json" -d {Body}""",
    ];

    private const string Body = """'{"model":"turnpike/echo","messages":[{"role":"user","content":"Hello, Turnpike!"}]}'""";

    private static string CurlTarget(string address)
    {
        const string socket = "http://unix:";
        return address.StartsWith(socket, StringComparison.Ordinal) ? $"--unix-socket {address[socket.Length..]} http://localhost" : address;
    }

    private static string Dollars(NanoUsd amount) => amount.ToUsd().ToString("0.00#######", CultureInfo.InvariantCulture);
}
