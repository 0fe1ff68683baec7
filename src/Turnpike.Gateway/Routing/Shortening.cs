using System.Globalization;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing;

/// <summary>Whether a prompt that is too long for every endpoint will be made to fit: then its length removes nobody.</summary>
internal static class Shortening
{
    /// <summary>Endpoints of no more context have prompts shortened unasked, tokens.</summary>
    public const int SmallContext = 8192;

    /// <summary>The plugin's id in a request.</summary>
    public const string Id = "context-compression";

    /// <summary>True where length alone removed the endpoints, and the request has it shortened or lets it be. Only conversations are.</summary>
    public static bool Helps(in RouteQuery query, Decision decision) =>
        query.Request.Wish is null
        && decision.Removed.All(static r => r.Rule == RemovalRule.ContextLength)
        && (IsWanted(query) ?? decision.Removed.All(static r => long.Parse(r.Detail!, CultureInfo.InvariantCulture) <= SmallContext)); // its detail is the context

    // What the request says of it; null where it says nothing.
    private static bool? IsWanted(in RouteQuery query)
    {
        if (query.Request.Plugins is not { } range)
        {
            return query.Request.WantsMiddleOut;
        }

        using var plugins = JsonDocument.Parse(query.Body[range]);
        if (plugins.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (var plugin in plugins.RootElement.EnumerateArray())
            {
                if (plugin.Text("id") == Id)
                {
                    return plugin.Boolean("enabled") != false;
                }
            }
        }

        return query.Request.WantsMiddleOut;
    }
}
