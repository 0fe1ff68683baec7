using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>Reads a <c>provider</c> object field by field; the first field that is wrong is the error.</summary>
internal static class ProviderWishesReader
{
    private const int EntriesMax = 256;

    private static readonly string[] Known =
    [
        "order", "only", "ignore", "quantizations", "allow_fallbacks", "require_parameters", "data_collection", "zdr", "enforce_zdr",
        "enforce_distillable_text", "sort", "preferred_min_throughput", "preferred_max_latency", "max_price", "options",
    ];

    private static readonly string[] Quantizations =
        ["int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32", "unknown"];

    public static ProviderWishes? Read(JsonElement root, bool isStrict, out GatewayError? error)
    {
        error = null;
        if (isStrict && root.EnumerateObject().Select(static m => m.Name).FirstOrDefault(static name => !Known.Contains(name)) is { } unknown)
        {
            error = GatewayErrors.InvalidField($"provider.{unknown}", $"is not known. There are: {string.Join(", ", Known)}.");
            return null;
        }

        var order = Strings(root, "order", ref error) ?? [];
        var (sort, partition) = Sort(root, ref error);
        var wishes = new ProviderWishes
        {
            Order = order.RemoveAll(static name => name.StartsWith(':')),
            OrderSort = OrderSort(order, ref error),
            Only = Strings(root, "only", ref error),
            Ignore = Strings(root, "ignore", ref error) ?? [],
            Quantizations = QuantizationsOf(root, ref error),
            AllowFallbacks = Boolean(root, "allow_fallbacks", ref error),
            RequireParameters = Boolean(root, "require_parameters", ref error) == true,
            DenyCollection = Word(root, "data_collection", ["allow", "deny"], ref error) == "deny",
            ZeroRetention = (Boolean(root, "zdr", ref error) == true) | (Boolean(root, "enforce_zdr", ref error) == true),
            DistillableOnly = Boolean(root, "enforce_distillable_text", ref error) == true,
            Sort = sort,
            Partition = partition,
            ThroughputMin = Cutoffs(root, "preferred_min_throughput", ref error),
            LatencyMax = Cutoffs(root, "preferred_max_latency", ref error),
            PriceMax = Caps(root, ref error),
            Options = Options(root, ref error),
            Json = root.GetRawText(),
        };
        return error is null ? wishes : null;
    }

    private static bool TryMember(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static ImmutableArray<string>? Strings(JsonElement root, string name, ref GatewayError? error)
    {
        if (!TryMember(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(static v => v.ValueKind != JsonValueKind.String))
        {
            error ??= GatewayErrors.InvalidField($"provider.{name}", "must be an array of strings.");
            return null;
        }

        if (value.GetArrayLength() > EntriesMax)
        {
            error ??= GatewayErrors.InvalidField($"provider.{name}", $"has more than {EntriesMax} entries. Send fewer.");
            return null;
        }

        return [.. value.EnumerateArray().Select(static v => v.GetString()!)];
    }

    private static SortBy? OrderSort(ImmutableArray<string> order, ref GatewayError? error)
    {
        SortBy? sort = null;
        foreach (var token in order.Where(static name => name.StartsWith(':')))
        {
            if (SortWords.OfVariant(token.AsSpan(1)) is not { } by)
            {
                error ??= GatewayErrors.InvalidField("provider.order", $"has '{GatewayErrors.Bounded(token, 60)}', which is no sort. There are ':floor', ':nitro' and ':exacto'.");
                return null;
            }

            sort = by;
        }

        return sort;
    }

    private static ImmutableArray<string>? QuantizationsOf(JsonElement root, ref GatewayError? error)
    {
        if (Strings(root, "quantizations", ref error) is not { } names)
        {
            return null;
        }

        if (names.FirstOrDefault(static n => !Quantizations.Contains(n)) is { } wrong)
        {
            error ??= GatewayErrors.InvalidField("provider.quantizations", $"has '{GatewayErrors.Bounded(wrong, 60)}', which is none. There are: {string.Join(", ", Quantizations)}.");
        }

        return names;
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

    private static string? Word(JsonElement root, string name, ReadOnlySpan<string> words, ref GatewayError? error)
    {
        if (!TryMember(root, name, out var value))
        {
            return null;
        }

        var word = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (word is null || !words.Contains(word))
        {
            error ??= GatewayErrors.InvalidField($"provider.{name}", $"must be one of: {string.Join(", ", words)}.");
        }

        return word;
    }

    private static (SortBy? By, SortPartition? Partition) Sort(JsonElement root, ref GatewayError? error)
    {
        if (!TryMember(root, "sort", out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return (By(value, "sort", ref error), null);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            error ??= GatewayErrors.InvalidField("provider.sort", "must be a word (price, throughput, latency, exacto) or an object with 'by' and 'partition'.");
            return default;
        }

        SortBy? by = TryMember(value, "by", out var word) ? By(word, "sort.by", ref error) : null;
        if (!TryMember(value, "partition", out var partition))
        {
            return (by, null);
        }

        SortPartition? read = partition.ValueKind != JsonValueKind.String ? null : SortWords.OfPartition(partition.GetString()!);
        if (read is null)
        {
            error ??= GatewayErrors.InvalidField("provider.sort.partition", "must be 'model' or 'none'.");
        }

        return (by, read);
    }

    private static SortBy? By(JsonElement value, string field, ref GatewayError? error)
    {
        var by = value.ValueKind == JsonValueKind.String ? SortWords.OfSort(value.GetString()!) : null;
        if (by is null)
        {
            error ??= GatewayErrors.InvalidField($"provider.{field}", "must be one of: price, throughput, latency, exacto.");
        }

        return by;
    }

    private static PercentileCutoffs Cutoffs(JsonElement root, string name, ref GatewayError? error)
    {
        if (!TryMember(root, name, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new(
                Positive(value, "p50", $"{name}.p50", ref error),
                Positive(value, "p75", $"{name}.p75", ref error),
                Positive(value, "p90", $"{name}.p90", ref error),
                Positive(value, "p99", $"{name}.p99", ref error));
        }

        return new(Positive(root, name, name, ref error), null, null, null);
    }

    private static float? Positive(JsonElement parent, string member, string field, ref GatewayError? error)
    {
        if (!TryMember(parent, member, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && number is >= 0 and <= 1e9f)
        {
            return number;
        }

        error ??= GatewayErrors.InvalidField($"provider.{field}", "must be a number, at least 0 (or, for the whole, an object with p50, p75, p90, p99).");
        return null;
    }

    private static PriceCaps Caps(JsonElement root, ref GatewayError? error)
    {
        if (!TryMember(root, "max_price", out var caps))
        {
            return default;
        }

        if (caps.ValueKind != JsonValueKind.Object)
        {
            error ??= GatewayErrors.InvalidField("provider.max_price", "must be an object with prompt, completion, request, image or audio.");
            return default;
        }

        return new(
            Price(caps, "prompt", ref error),
            Price(caps, "completion", ref error),
            Price(caps, "request", ref error),
            Price(caps, "image", ref error),
            Price(caps, "audio", ref error));
    }

    // Dollars (per million tokens, per request, per image), as a number or as text.
    private static NanoUsd? Price(JsonElement caps, string name, ref GatewayError? error)
    {
        if (!TryMember(caps, name, out var value))
        {
            return null;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && usd is >= 0 and < 1_000_000_000)
        {
            return new((long)decimal.Floor(usd * NanoUsd.PerUsd)); // down: the cap is a promise
        }

        error ??= GatewayErrors.InvalidField($"provider.max_price.{name}", "must be a price in dollars, as a number or as text.");
        return null;
    }

    // Passed on for images and sound; a chat request has none, but a wrong one is told here too.
    private static JsonElement? Options(JsonElement root, ref GatewayError? error)
    {
        if (!TryMember(root, "options", out var options))
        {
            return null;
        }

        if (options.ValueKind != JsonValueKind.Object || options.EnumerateObject().Any(static o => o.Value.ValueKind != JsonValueKind.Object))
        {
            error ??= GatewayErrors.InvalidField("provider.options", "must be an object of objects, one for each provider.");
        }

        return options.Clone();
    }
}
