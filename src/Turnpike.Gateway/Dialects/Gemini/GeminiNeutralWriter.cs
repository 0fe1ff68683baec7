using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes a request in the neutral form for <c>generateContent</c>.</summary>
internal static class GeminiNeutralWriter
{
    // Members that callers of other dialects send for this one, by both spellings.
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["safetySettings"] = "safetySettings", ["safety_settings"] = "safetySettings",
        ["cachedContent"] = "cachedContent", ["cached_content"] = "cachedContent",
    };

    public static GatewayError? Write(NeutralRequest request, UpstreamTarget target, GeminiHost host, IBufferWriter<byte> output, DroppedParameters dropped)
    {
        var model = GeminiModel.Parse(target.Endpoint.UpstreamModel);
        using var json = JsonWriting.To(output);
        json.WriteStartObject();

        // What is cached holds system and tools already; said again they are refused.
        var isCached = WriteOthers(json, request, host, dropped);
        var contents = new GeminiContentWriter(json, model, host, dropped);
        if (contents.WriteAll(SpokenParts.Of(request.Messages), isCached) is { } unsaid)
        {
            return unsaid;
        }

        var hasTools = !isCached && GeminiToolWriter.Write(json, request, dropped);
        if (GeminiGenerationWriter.Write(json, request, target, model, hasTools, dropped) is { } unfit)
        {
            return unfit;
        }

        json.WriteEndObject();
        dropped.AddIf(target.User is not null, "user");
        return null;
    }

    private static bool WriteOthers(Utf8JsonWriter json, NeutralRequest request, GeminiHost host, DroppedParameters dropped)
    {
        var isCached = false;
        foreach (var other in request.Others)
        {
            var name = Own.GetValueOrDefault(other.Name)
                ?? (other.Dialect == Core.Catalog.Dialects.Gemini || (host == GeminiHost.Vertex && other.Name == "labels") ? other.Name : null);
            if (name is null)
            {
                dropped.Add(other.Name);
                continue;
            }

            json.RawIf(name, other.Json);
            isCached |= name == "cachedContent";
        }

        dropped.AddIf(request.Cache is not null, "cache_control");
        return isCached;
    }
}
