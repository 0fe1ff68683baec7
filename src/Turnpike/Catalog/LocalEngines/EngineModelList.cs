using System.Collections.Immutable;
using System.Text.Json;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>Reads the answer of an engine's <c>GET /v1/models</c>, which may come from any program that holds the port.</summary>
internal static class EngineModelList
{
    /// <summary>More models than this of one engine are left out.</summary>
    public const int ModelsMax = 500;

    private const int NameCharsMax = 200;
    private const int TokensMax = 1_000_000_000;

    // LM Studio lists its embedding model among the others; it cannot chat.
    private const string EmbeddingPrefix = "text-embedding-";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>The models that can be called; empty where the answer is not a list of models.</summary>
    public static ImmutableArray<EngineModel> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("data", out var data) || data.ValueKind is not JsonValueKind.Array)
            {
                return [];
            }

            return [.. data.EnumerateArray().Select(Read).OfType<EngineModel>().DistinctBy(static m => m.Name).Take(ModelsMax)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or text with half a character in it: not an engine.
            return [];
        }
    }

    private static EngineModel? Read(JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object || !item.TryGetProperty("id", out var id) || id.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        var name = id.GetString()!; // A string has text.
        var isCallable = IsName(name) && !name.StartsWith(EmbeddingPrefix, StringComparison.Ordinal);
        return isCallable ? new(name, Created(item), ContextLength(item)) : null;
    }

    /// <summary>True for what may be the name of a model.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= NameCharsMax && !name.Any(char.IsControl);

    private static DateTimeOffset Created(JsonElement item) =>
        Whole(item, "created") is { } seconds and > 0 and < 32_503_680_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

    /// <summary>vLLM says <c>max_model_len</c>; llama.cpp says <c>meta.n_ctx</c> or at least what the model was trained for.</summary>
    private static int? ContextLength(JsonElement item)
    {
        var tokens = Whole(item, "max_model_len");
        if (tokens is null && item.TryGetProperty("meta", out var meta) && meta.ValueKind is JsonValueKind.Object)
        {
            tokens = Whole(meta, "n_ctx") ?? Whole(meta, "n_ctx_train");
        }

        return tokens is > 0 and <= TokensMax ? (int)tokens : null;
    }

    private static long? Whole(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
