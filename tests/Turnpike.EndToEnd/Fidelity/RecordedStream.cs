using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Recorded streams as a provider sends them: in pieces that fall where they like.</summary>
internal static class RecordedStream
{
    // In the middle of lines and of characters too, and several events at once.
    private static readonly int[] _sizes = [40, 1, 300, 17, 5, 1200, 2, 90];

    public static Answer OfText(string text, string contentType) => new() { ContentType = contentType, Steps = [.. Pieces(Encoding.UTF8.GetBytes(text))] };

    /// <summary>Amazon's binary stream of lines with one message each: <c>{"messageStart": {…}}</c>, or <c>{"exception": {"throttlingException": "…"}}</c>.</summary>
    public static Answer OfMessages(IEnumerable<string> lines)
    {
        var bytes = lines.Where(static l => l.Length > 0).SelectMany(static l => Message(JsonNode.Parse(l)!.AsObject())).ToArray();
        return new() { ContentType = EventStream.ContentType, Steps = [.. Pieces(bytes)] };
    }

    private static byte[] Message(JsonObject line)
    {
        var (name, value) = line.First();
        return name == "exception"
            ? EventStream.Exception(value!.AsObject().First().Key, (string)value.AsObject().First().Value!)
            : EventStream.Event(name, value!.ToJsonString(Lifecycle.Relaxed));
    }

    private static IEnumerable<Step> Pieces(byte[] bytes)
    {
        for (int at = 0, turn = 0; at < bytes.Length; turn++)
        {
            var size = Math.Min(_sizes[turn % _sizes.Length], bytes.Length - at);
            yield return new Step.Send(bytes.AsMemory(at, size));
            at += size;
        }
    }
}
