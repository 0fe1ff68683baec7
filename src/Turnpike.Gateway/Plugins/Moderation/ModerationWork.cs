using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Moderation;

/// <summary>Asks an address that speaks OpenAI's moderation form about the texts of the user.</summary>
internal sealed class ModerationWork(Uri url, ModerationOptions options, PluginHttp http, TimeProvider time) : IPluginWork
{
    public NanoUsd CostMax => NanoUsd.Zero;

    public long AddedBytesMax => 0;

    public async ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var texts = exchange.Neutral!.Messages.Where(static m => m.Role == Role.User).Select(static m => m.Text); // the station has read it
        var start = time.GetTimestamp();
        using var answer = await http.AskAsync(url, options.Key, Body(string.Join('\n', texts)), cancellationToken);
        if (answer is null || !answer.RootElement.TryMember("results", out var results) || results.ValueKind != JsonValueKind.Array)
        {
            return GatewayErrors.PluginFailed("moderation", "The service that judges prompts did not answer, so nothing was sent.");
        }

        var flagged = results.EnumerateArray().Where(static r => r.ValueKind == JsonValueKind.Object && r.Boolean("flagged") == true).SelectMany(Categories).ToImmutableArray();
        (exchange.Plugins ??= []).Add(new("moderation", 0, flagged.IsEmpty ? "nothing was flagged" : "flagged")
        {
            JudgedMs = (int)time.GetElapsedTime(start).TotalMilliseconds,
        });
        return flagged.IsEmpty ? null : GatewayErrors.Flagged(flagged, exchange.Route.Endpoints[0].Model.Id);
    }

    private byte[] Body(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 128);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, options.Model);
            json.WriteString("input"u8, text);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<string> Categories(JsonElement result) =>
        result.TryMember("categories", out var categories) && categories.ValueKind == JsonValueKind.Object
        && categories.EnumerateObject().Where(static c => c.Value.ValueKind == JsonValueKind.True).Select(static c => c.Name).ToList() is { Count: > 0 } named
            ? named
            : ["unnamed"];
}
