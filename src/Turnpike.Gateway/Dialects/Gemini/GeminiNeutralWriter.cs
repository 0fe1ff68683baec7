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
        if (model.DecidesItself && target.Endpoint.Prefill != true && request.Messages is [.., { Role: Role.Assistant }])
        {
            return GatewayErrors.NoPrefill;
        }

        using var json = JsonWriting.To(output);
        json.WriteStartObject();

        // What is cached holds system and tools already; said again they are refused.
        var isCached = WriteOthers(json, request, host, dropped);
        // Before the third generation a form of answer cannot be asked for beside tools: it is said in words.
        var inWords = !isCached && !model.IsThirdGeneration && request.Tools.Count > 0 && request.ResponseFormat is { } form ? AnswerInstruction.Of(form) : null;
        var contents = new GeminiContentWriter(json, model, host, dropped);
        var messages = SpokenParts.Of(request.Messages);
        if (contents.WriteAll(inWords is null ? messages : Instructed(messages, inWords), isCached) is { } unsaid)
        {
            return unsaid;
        }

        if (!isCached)
        {
            GeminiToolWriter.Write(json, request, dropped);
        }

        if (GeminiGenerationWriter.Write(json, inWords is null ? request : request with { ResponseFormat = null }, target, model, host, dropped) is { } unfit)
        {
            return unfit;
        }

        json.WriteEndObject();
        dropped.AddIf(target.User is not null, "user");
        return null;
    }

    // Behind the system's own words.
    private static List<Message> Instructed(List<Message> messages, string instruction)
    {
        var head = messages.FindIndex(static m => m.Role is not (Role.System or Role.Developer));
        var instructed = new List<Message>(messages);
        instructed.Insert(head < 0 ? messages.Count : head, new(Role.System, [new TextPart(instruction)]));
        return instructed;
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
