using System.Globalization;
using System.Text;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Keeps what a reader tells, a line for each call; pieces of one thing are joined.</summary>
internal sealed class TellingSink() : AnswerSink(new AnswerFacts())
{
    private readonly List<(string Key, StringBuilder Value)> _told = [];

    public IReadOnlyList<string> Told => [.. _told.Select(static t => $"{t.Key}={t.Value}")];

    /// <summary>What a reader tells of a stream that comes in these pieces, and what its last event was.</summary>
    /// <param name="framer">Disposed here.</param>
    public static (TellingSink Sink, StreamStep Last) Read(IAnswerReader reader, IEventFramer framer, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var _ = framer;
        var sink = new TellingSink();
        var last = StreamStep.More;
        foreach (var piece in pieces)
        {
            piece.CopyTo(framer.Room(piece.Length));
            framer.Filled(piece.Length);
            while (framer.TryRead(out var data))
            {
                last = reader.ReadEvent(data, sink);
            }
        }

        return (sink, last);
    }

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => Add("text", escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => Add("refusal", escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"{delta.Kind} {delta.Block} {delta.Format ?? "-"} {Encoding.UTF8.GetString(delta.Id)}"),
            delta.Signature.IsEmpty ? delta.Text : [.. delta.Text, (byte)'|', .. delta.Signature]);

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"call {call} {Encoding.UTF8.GetString(id)}"), name);

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"arguments {call}"), escaped);

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl) =>
        Add("image " + Encoding.UTF8.GetString(mediaType), base64OrUrl);

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json) => Add("audio", json);

    protected override void OnCitation(int choice, UrlCitation citation) => Add("citation", Encoding.UTF8.GetBytes($"{citation.Url} {citation.Title}"));

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json) => Add("logprobs", json);

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence) =>
        Add("finish", Encoding.UTF8.GetBytes($"{native} {normalised}"));

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        if (_told.Count == 0 || _told[^1].Key != key)
        {
            _told.Add((key, new()));
        }

        _told[^1].Value.Append(Encoding.UTF8.GetString(value));
    }
}
