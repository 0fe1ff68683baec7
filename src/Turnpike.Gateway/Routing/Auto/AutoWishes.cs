using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What a caller of <c>openrouter/auto</c> asks of the choice: the plugin <c>auto-router</c> and <c>routing.strategy</c>.</summary>
internal sealed record AutoWishes
{
    /// <summary>Patterns in one list at most.</summary>
    public const int PatternsMax = 1024;

    private const int PatternCharsMax = 256;

    private const int TradeoffMax = 10;

    public static AutoWishes None { get; } = new();

    /// <summary>Only these models; empty: all.</summary>
    public ImmutableArray<NamePattern> Allowed { get; init; } = [];

    public ImmutableArray<NamePattern> Excluded { get; init; } = [];

    public CostTier? Tier { get; init; }

    public AutoStrategy Strategy { get; init; }

    /// <summary>The older dial: 0 is the best whatever it costs, 10 the cheapest; null where it is not turned.</summary>
    public int? Tradeoff { get; init; }

    /// <summary>Whether a session keeps its model; true unless <c>pin_model</c> says otherwise.</summary>
    public bool KeepsModel { get; init; } = true;

    /// <summary>Reads a body that the dialect has accepted; false with the error to tell (400 naming the field).</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out AutoWishes wishes, out GatewayError? error)
    {
        wishes = None;
        error = null;
        var json = new Utf8JsonReader(body);
        json.Read();
        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isPlugins = json.ValueTextEquals("plugins"u8);
            var isRouting = !isPlugins && json.ValueTextEquals("routing"u8);
            json.Read();
            if (isPlugins || isRouting)
            {
                using var document = JsonDocument.ParseValue(ref json);
                (wishes, error) = isPlugins ? ReadPlugins(wishes, document.RootElement) : ReadRouting(wishes, document.RootElement);
            }
            else
            {
                json.Skip();
            }
        }

        return error is null;
    }

    private static (AutoWishes Wishes, GatewayError? Error) ReadRouting(AutoWishes wishes, JsonElement routing)
    {
        if (routing.ValueKind == JsonValueKind.Null)
        {
            return (wishes, null);
        }

        if (routing.ValueKind != JsonValueKind.Object)
        {
            return (wishes, GatewayErrors.InvalidField("routing", "must be an object."));
        }

        var fields = new AutoFields(routing, "routing");
        wishes = wishes with { Strategy = fields.Word<AutoStrategy>("strategy") ?? wishes.Strategy };
        return (wishes, fields.Error);
    }

    private static (AutoWishes Wishes, GatewayError? Error) ReadPlugins(AutoWishes wishes, JsonElement plugins)
    {
        if (plugins.ValueKind == JsonValueKind.Null)
        {
            return (wishes, null);
        }

        if (plugins.ValueKind != JsonValueKind.Array)
        {
            return (wishes, GatewayErrors.InvalidField("plugins", "must be an array of objects."));
        }

        var index = 0;
        foreach (var plugin in plugins.EnumerateArray())
        {
            var fields = new AutoFields(plugin, $"plugins[{index++}]");
            if (fields.Error is not null)
            {
                return (wishes, fields.Error);
            }

            if (fields.Text("id") == "auto-router" && fields.Flag("enabled") != false)
            {
                wishes = ReadPlugin(wishes, fields);
            }

            if (fields.Error is not null)
            {
                return (wishes, fields.Error);
            }
        }

        return (wishes, null);
    }

    private static AutoWishes ReadPlugin(AutoWishes wishes, AutoFields fields) => wishes with
    {
        Allowed = fields.Patterns("allowed_models", PatternsMax, PatternCharsMax),
        Excluded = fields.Patterns("excluded_models", PatternsMax, PatternCharsMax),
        Tier = fields.Word<CostTier>("cost_tier"),
        Tradeoff = fields.Whole("cost_quality_tradeoff", TradeoffMax),
        KeepsModel = fields.Flag("pin_model") ?? true,
    };
}
