using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>A <c>provider</c> object: of a request, or the defaults of a key or an account. A null member is not wished.</summary>
internal sealed record ProviderWishes
{
    /// <summary>Zero retention and nothing else, as a request can say it beside its <c>provider</c>.</summary>
    public static ProviderWishes NoRetention { get; } = new() { ZeroRetention = true, Json = """{"zdr":true}""" };

    /// <summary>Providers to be tried first, in this order: ids, names, or tags (<c>deepinfra/fp8</c>).</summary>
    public ImmutableArray<string> Order { get; init; } = [];

    /// <summary>The last sort token that stood in <c>order</c> (<c>:floor</c>, <c>:nitro</c>, <c>:exacto</c>).</summary>
    public SortBy? OrderSort { get; init; }

    /// <summary>The only providers that may answer; null is any.</summary>
    public ImmutableArray<string>? Only { get; init; }

    public ImmutableArray<string> Ignore { get; init; } = [];

    public ImmutableArray<string>? Quantizations { get; init; }

    public bool? AllowFallbacks { get; init; }

    public bool RequireParameters { get; init; }

    /// <summary><c>data_collection: deny</c>: nobody who trains on prompts or keeps them.</summary>
    public bool DenyCollection { get; init; }

    public bool ZeroRetention { get; init; }

    public bool DistillableOnly { get; init; }

    public SortBy? Sort { get; init; }

    public SortPartition? Partition { get; init; }

    /// <summary>Tokens a second.</summary>
    public PercentileCutoffs ThroughputMin { get; init; }

    /// <summary>Seconds to the first token.</summary>
    public PercentileCutoffs LatencyMax { get; init; }

    public PriceCaps PriceMax { get; init; }

    /// <summary>What is said to single providers alone: an object of objects, by the provider's id; null is nothing.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>The object as it was written, for the record of the decision.</summary>
    public required string Json { get; init; }

    /// <summary>Reads the object of a request; false with the error to tell (400 naming the field). What it does not know it leaves alone.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out ProviderWishes? wishes, out GatewayError? error)
    {
        using var document = JsonDocument.Parse(json);
        wishes = ProviderWishesReader.Read(document.RootElement, isStrict: false, out error);
        return error is null;
    }

    /// <summary>Reads defaults as an operator wrote them: unknown fields are an error too.</summary>
    public static bool TryReadDefaults(string json, out ProviderWishes? wishes, out GatewayError? error)
    {
        wishes = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                error = GatewayErrors.InvalidField("provider", "must be an object.");
                return false;
            }

            wishes = ProviderWishesReader.Read(document.RootElement, isStrict: true, out error);
            return error is null;
        }
        catch (JsonException)
        {
            error = GatewayErrors.InvalidField("provider", "is not valid JSON.");
            return false;
        }
    }
}
