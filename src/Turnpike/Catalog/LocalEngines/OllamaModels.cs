using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>Reads what Ollama tells of its models, which may come from any program that holds the port.</summary>
internal static class OllamaModels
{
    private const int CapabilitiesMax = 16;
    private const int TokensMax = 1_000_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>The models of <c>GET /api/tags</c>; empty where the answer is not a list of models.</summary>
    public static ImmutableArray<EngineModel> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Member(document.RootElement, "models", JsonValueKind.Array) is { } models
                ? [.. models.EnumerateArray().Select(Read).OfType<EngineModel>().DistinctBy(static m => m.Name).Take(EngineModelList.ModelsMax)]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or text with half a character in it: not an engine.
            return [];
        }
    }

    /// <summary>The model with what <c>POST /api/show</c> says of it; null where that cannot be read.</summary>
    public static EngineModel? WithDetails(EngineModel model, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            return root.ValueKind is not JsonValueKind.Object ? null : model with
            {
                ContextLength = Member(root, "parameters", JsonValueKind.String)?.GetString() is { } parameters ? ContextOf(parameters) : null,
                TrainedContextLength = Member(root, "model_info", JsonValueKind.Object) is { } about ? TrainedContext(about) : null,
                Capabilities = Member(root, "capabilities", JsonValueKind.Array) is { } words
                    ? [.. words.EnumerateArray().Where(static w => w.ValueKind is JsonValueKind.String).Select(static w => w.GetString()!).Take(CapabilitiesMax)]
                    : [],
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static EngineModel? Read(JsonElement item) =>
        (Member(item, "model", JsonValueKind.String) ?? Member(item, "name", JsonValueKind.String))?.GetString() is { } name && EngineModelList.IsName(name)
            ? new(name, Created(item), ContextLength: null)
            : null;

    private static DateTimeOffset Created(JsonElement item) =>
        Member(item, "modified_at", JsonValueKind.String) is { } text && text.TryGetDateTimeOffset(out var at) ? at.ToUniversalTime() : DateTimeOffset.UnixEpoch;

    // The lines of a Modelfile: "num_ctx    8192".
    private static int? ContextOf(string parameters) => parameters.Split('\n')
        .Select(static l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(static l => l is ["num_ctx", _])
        .Select(static l => int.TryParse(l[1], CultureInfo.InvariantCulture, out var tokens) ? Sane(tokens) : null)
        .LastOrDefault();

    // Under the name of its architecture: "llama.context_length".
    private static int? TrainedContext(JsonElement about) => about.EnumerateObject()
        .Where(static m => m.Name.EndsWith(".context_length", StringComparison.Ordinal) && m.Value.ValueKind is JsonValueKind.Number)
        .Select(static m => m.Value.TryGetInt64(out var tokens) ? Sane(tokens) : null)
        .FirstOrDefault();

    private static int? Sane(long tokens) => tokens is > 0 and <= TokensMax ? (int)tokens : null;

    private static JsonElement? Member(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
