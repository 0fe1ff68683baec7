using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Caching;

/// <summary>Makes an answer one that can be told again: it costs nothing then, and is another generation.</summary>
internal static class CachedBody
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer with its usage at zero, and without what was told of its route; null where it is not JSON.</summary>
    public static byte[]? Prepare(ReadOnlySpan<byte> told, bool isStream)
    {
        try
        {
            return isStream ? PrepareStream(Encoding.UTF8.GetString(told)) : Clean(Encoding.UTF8.GetString(told)) is { } whole ? Encoding.UTF8.GetBytes(whole) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The answer under another id and time.</summary>
    public static byte[] Tell(CachedAnswer answer, string id, long created)
    {
        var body = Replace(answer.Body, Encoding.UTF8.GetBytes(answer.Id), Encoding.UTF8.GetBytes(id));
        return answer.IsDated ? Redate(body, Encoding.UTF8.GetBytes(created.ToString(CultureInfo.InvariantCulture))) : body;
    }

    // Each document stands in a line of its own, and its time before all that a model has said.
    private static byte[] Redate(byte[] body, ReadOnlySpan<byte> created)
    {
        var output = new PooledBuffer();
        try
        {
            var rest = body.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf((byte)'\n') is var at and >= 0 ? at + 1 : rest.Length;
                var line = rest[..end];
                var (start, length) = TimeIn(line);
                output.Append(line[..start]);
                output.Append(length > 0 ? created : default);
                output.Append(line[(start + length)..]);
                rest = rest[end..];
            }

            return output.Span.ToArray();
        }
        finally
        {
            output.Dispose();
        }
    }

    // Within a string the quotes would be escaped.
    private static (int Start, int Length) TimeIn(ReadOnlySpan<byte> line)
    {
        var chat = line.IndexOf("\"created\":"u8) is var a and >= 0 ? a + "\"created\":"u8.Length : -1;
        var responses = line.IndexOf("\"created_at\":"u8) is var b and >= 0 ? b + "\"created_at\":"u8.Length : -1;
        var start = chat < 0 ? responses : responses < 0 ? chat : Math.Min(chat, responses);
        if (start < 0)
        {
            return (0, 0);
        }

        var length = line[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return (start, Math.Max(0, length));
    }

    // Events keep their bytes but for those that say what was used; comments are nobody's answer.
    private static byte[] PrepareStream(string told)
    {
        var kept = new StringBuilder(told.Length);
        foreach (var piece in told.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(static p => !p.StartsWith(':')))
        {
            foreach (var line in piece.Split('\n'))
            {
                const string Mark = "data: ";
                var isTelling = line.StartsWith(Mark + "{", StringComparison.Ordinal)
                    && (line.Contains("\"usage\"", StringComparison.Ordinal) || line.Contains("\"openrouter_metadata\"", StringComparison.Ordinal));
                kept.Append(isTelling ? Mark + Clean(line[Mark.Length..]) : line).Append('\n');
            }

            kept.Append('\n');
        }

        return Encoding.UTF8.GetBytes(kept.ToString());
    }

    private static string? Clean(string json)
    {
        if (JsonNode.Parse(json) is not JsonObject root)
        {
            return null;
        }

        foreach (var teller in new[] { root, root["message"] as JsonObject, root["response"] as JsonObject }.OfType<JsonObject>())
        {
            teller.Remove("openrouter_metadata");
            Zero(teller["usage"]);
        }

        return root.ToJsonString(Relaxed);
    }

    private static void Zero(JsonNode? node)
    {
        if (node is not JsonObject counts)
        {
            return;
        }

        foreach (var (name, value) in counts.ToList())
        {
            if (value?.GetValueKind() == JsonValueKind.Number)
            {
                counts[name] = 0;
            }
            else
            {
                Zero(value);
            }
        }
    }

    private static byte[] Replace(byte[] body, ReadOnlySpan<byte> old, ReadOnlySpan<byte> fresh)
    {
        var output = new PooledBuffer();
        try
        {
            var rest = body.AsSpan();
            for (int at; (at = rest.IndexOf(old)) >= 0; rest = rest[(at + old.Length)..])
            {
                output.Append(rest[..at]);
                output.Append(fresh);
            }

            output.Append(rest);
            return output.Span.ToArray();
        }
        finally
        {
            output.Dispose();
        }
    }
}
