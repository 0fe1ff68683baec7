using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing;

/// <summary>The caller's <c>provider</c> object: which endpoints may answer, and in which order. Read only where it is sent.</summary>
internal sealed record ProviderWishes
{
    private ImmutableArray<string> Preferred { get; init; } = [];

    private ImmutableArray<string> Only { get; init; } = [];

    private ImmutableArray<string> Ignored { get; init; } = [];

    private ImmutableArray<string> Quantizations { get; init; } = [];

    private bool AllowFallbacks { get; init; } = true;

    private bool DenyTraining { get; init; }

    private bool ZeroRetention { get; init; }

    private NanoUsd? PromptMax { get; init; }

    private NanoUsd? CompletionMax { get; init; }

    /// <summary>Reads the object; false with the error to tell (400 naming the field).</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out ProviderWishes? wishes, out GatewayError? error)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        error = null;
        wishes = new()
        {
            Preferred = Strings(root, "order", ref error),
            Only = Strings(root, "only", ref error),
            Ignored = Strings(root, "ignore", ref error),
            Quantizations = Strings(root, "quantizations", ref error),
            AllowFallbacks = Boolean(root, "allow_fallbacks", ref error) ?? true,
            ZeroRetention = (Boolean(root, "zdr", ref error) ?? Boolean(root, "enforce_zdr", ref error)) == true,
            DenyTraining = Collection(root, ref error),
            PromptMax = Price(root, "prompt", ref error),
            CompletionMax = Price(root, "completion", ref error),
        };
        return error is null;
    }

    /// <summary>Those endpoints that may answer; what removed the others is added to <paramref name="removedBy"/>.</summary>
    public ImmutableArray<Endpoint> Filter(ImmutableArray<Endpoint> endpoints, ISet<string> removedBy)
    {
        var left = ImmutableArray.CreateBuilder<Endpoint>(endpoints.Length);
        foreach (var endpoint in endpoints)
        {
            if (Remover(endpoint) is { } rule)
            {
                removedBy.Add(rule);
            }
            else
            {
                left.Add(endpoint);
            }
        }

        return left.ToImmutable();
    }

    /// <summary>The caller's providers first, in its order; the others behind them, unless fallbacks are off.</summary>
    public ImmutableArray<Endpoint> Order(ImmutableArray<Endpoint> ranked)
    {
        var named = Preferred.Where(static p => !p.StartsWith(':')).ToArray(); // ":floor" and the like are sorts, not providers
        Endpoint[] first = [.. named.SelectMany(name => ranked.Where(e => Matches(e, name))).Distinct()];
        return (AllowFallbacks, first.Length) switch
        {
            (true, _) => [.. first, .. ranked.Except(first)],
            (false, > 0) => [.. first],
            (false, _) => [.. ranked.Take(1)],
        };
    }

    private string? Remover(Endpoint endpoint) =>
        !Only.IsEmpty && !Only.Any(name => Matches(endpoint, name)) ? "allowed_providers"
        : Ignored.Any(name => Matches(endpoint, name)) ? "allowed_providers"
        : DenyTraining && (endpoint.Provider.DataPolicy.Training || endpoint.Provider.DataPolicy.RetainsPrompts) ? "data_policy:training"
        : ZeroRetention && !endpoint.Provider.DataPolicy.KeepsNothing ? "data_policy:zdr"
        : !Quantizations.IsEmpty && !Quantizations.Contains(endpoint.Quantization ?? "unknown") ? "quantization"
        : endpoint.Prices.Prompt > PromptMax || endpoint.Prices.Completion > CompletionMax ? "max_price"
        : null;

    private static bool Matches(Endpoint endpoint, string name) =>
        string.Equals(endpoint.Provider.Id, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(endpoint.Tag, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(endpoint.Provider.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool TryMember(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static ImmutableArray<string> Strings(JsonElement root, string name, ref GatewayError? error)
    {
        if (!TryMember(root, name, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(static v => v.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(static v => v.GetString()!)];
        }

        error ??= GatewayErrors.InvalidField($"provider.{name}", "must be an array of strings.");
        return [];
    }

    private static bool? Boolean(JsonElement root, string name, ref GatewayError? error)
    {
        if (!TryMember(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            error ??= GatewayErrors.InvalidField($"provider.{name}", "must be true or false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    private static bool Collection(JsonElement root, ref GatewayError? error)
    {
        if (!TryMember(root, "data_collection", out var value))
        {
            return false;
        }

        var word = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (word is not ("allow" or "deny"))
        {
            error ??= GatewayErrors.InvalidField("provider.data_collection", "must be 'allow' or 'deny'.");
        }

        return word == "deny";
    }

    // Dollars per million tokens, as a number or as text.
    private static NanoUsd? Price(JsonElement root, string name, ref GatewayError? error)
    {
        if (!TryMember(root, "max_price", out var prices) || prices.ValueKind != JsonValueKind.Object || !TryMember(prices, name, out var value))
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && usd is >= 0 and < 1_000_000_000)
        {
            return new((long)decimal.Round(usd * NanoUsd.PerUsd));
        }

        error ??= GatewayErrors.InvalidField($"provider.max_price.{name}", "must be a price in dollars per million tokens.");
        return null;
    }
}
