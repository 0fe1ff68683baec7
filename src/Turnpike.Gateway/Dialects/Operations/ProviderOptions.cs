using System.Collections.Frozen;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary><c>provider.options</c> of the provider that is asked: members for its request alone, before the caller's of the same name.</summary>
internal static class ProviderOptions
{
    /// <summary>What is routed, counted, held or paid by: it comes from the request itself, so that nothing else is made than was set aside for.</summary>
    private static readonly FrozenSet<string> Ours = new[]
    {
        "model", "models", "user", "provider", "stream", "stream_format", "response_format", "n", "prompt", "input", "input_audio", "input_references", "image", "image[]", "images", "mask",
        "query", "documents", "top_n", "file",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options that are passed on, each as it came.</summary>
    public static IReadOnlyList<JsonProperty> Of(UpstreamTarget target) => target.Options is { } options
        ? [.. options.EnumerateObject().Where(static o => !Ours.Contains(o.Name)).GroupBy(static o => o.Name, StringComparer.Ordinal).Select(static o => o.Last())]
        : [];

    /// <summary>The options as fields of a form, behind those of the caller that they do not replace.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(UpstreamTarget target, IEnumerable<KeyValuePair<string, string>> callers)
    {
        var options = Of(target);
        return callers
            .Where(f => !options.Any(o => o.Name == f.Key || o.Name + "[]" == f.Key))
            .Concat(options.SelectMany(static o => o.Value.ValueKind == JsonValueKind.Array
                ? o.Value.EnumerateArray().Select(item => KeyValuePair.Create(o.Name + "[]", item.ToString()))
                : [KeyValuePair.Create(o.Name, o.Value.ToString())]));
    }
}
