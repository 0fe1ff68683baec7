using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins;

/// <summary>Finds the plugins that a request wants, tells what they may cost, and lets them work, in the order of their registration.</summary>
internal sealed class PluginStation(IEnumerable<IPlugin> plugins)
{
    private const int WishesMax = 16;

    // Settings of routers: they mean nothing where another model is asked for.
    private static readonly string[] _routers = ["auto-router", "auto-beta-router", "pareto-router"];

    private readonly IPlugin[] _plugins = [.. plugins];

    /// <summary>Plans the work. The error to tell, or null.</summary>
    public GatewayError? Plan(Exchange exchange)
    {
        try
        {
            using var wishes = Wishes(exchange);
            foreach (var plugin in _plugins)
            {
                var wish = Find(wishes, plugin.Id, out var isOff);
                if (!isOff && plugin.Plan(exchange, wish) is { } work)
                {
                    Add(exchange, work);
                }
            }

            return null;
        }
        catch (NeutralReadException exception)
        {
            return exception.Error;
        }
    }

    /// <summary>Lets them work. The error to tell, or null.</summary>
    public static async ValueTask<GatewayError?> PrepareAsync(Exchange exchange)
    {
        if (exchange.PluginWork is not { } all)
        {
            return null;
        }

        if (exchange.ReadNeutral() is { } unread)
        {
            return unread;
        }

        foreach (var work in all)
        {
            if (await work.PrepareAsync(exchange, exchange.Http.RequestAborted) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static void Add(Exchange exchange, IPluginWork work)
    {
        (exchange.PluginWork ??= []).Add(work);
        exchange.PluginCostMax += work.CostMax;
        exchange.AddedPromptBytes += work.AddedBytesMax;
    }

    private JsonDocument? Wishes(Exchange exchange)
    {
        if (exchange.Request.Plugins is not { } range)
        {
            return null;
        }

        var document = JsonDocument.Parse(exchange.Body.Memory[range]);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() > WishesMax
            || root.EnumerateArray().Any(static w => w.ValueKind != JsonValueKind.Object || w.Text("id") is null))
        {
            document.Dispose();
            throw new NeutralReadException(GatewayErrors.InvalidField("plugins", $"must be an array of at most {WishesMax} objects with an 'id'."));
        }

        if (Unknown(root) is { } unknown)
        {
            document.Dispose();
            throw new NeutralReadException(unknown);
        }

        return document;
    }

    // One that is not there can be turned off, but not had.
    private GatewayError? Unknown(JsonElement wishes)
    {
        var index = 0;
        foreach (var wish in wishes.EnumerateArray())
        {
            if (wish.TryMember("enabled", out var enabled) && enabled.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            {
                return GatewayErrors.InvalidField($"plugins[{index}].enabled", "must be true or false."); // what is meant to be off may cost
            }

            var id = wish.Text("id")!; // Wishes has seen to it
            if (!_routers.Contains(id) && !_plugins.Any(p => p.Id == id) && wish.Boolean("enabled") != false)
            {
                var known = string.Join(", ", _plugins.Select(static p => p.Id).Concat(_routers).Order(StringComparer.Ordinal));
                return GatewayErrors.InvalidField($"plugins[{index}].id", $"is '{GatewayErrors.Bounded(id, 60)}', which there is not. There are: {known}.");
            }

            index++;
        }

        return null;
    }

    private static JsonElement? Find(JsonDocument? wishes, string id, out bool isOff)
    {
        isOff = false;
        if (wishes is null)
        {
            return null;
        }

        foreach (var wish in wishes.RootElement.EnumerateArray())
        {
            if (wish.Text("id") == id)
            {
                isOff = wish.Boolean("enabled") == false;
                return wish.Clone();
            }
        }

        return null;
    }
}
