using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The sources that a provider names beside its choices: <c>citations</c>, addresses in the order in which the text counts them, and
/// <c>search_results</c>, with titles. They come with each chunk, or once; they are told once, when all are known.</summary>
internal sealed class ChatSources
{
    private const int SourcesMax = 256;

    private UrlCitation[] _cited = [];
    private UrlCitation[] _found = [];
    private int _citedBytes;
    private int _foundBytes;
    private bool _isTold;

    /// <summary>True for the members that are read here.</summary>
    public static bool IsSources(ref Utf8JsonReader json) => json.ValueTextEquals("citations"u8) || json.ValueTextEquals("search_results"u8);

    /// <summary>Reads one of the members.</summary>
    /// <param name="json">At its value; at the value's end afterwards.</param>
    public void Read(ref Utf8JsonReader json, ReadOnlySpan<byte> data, bool isCited)
    {
        var start = (int)json.TokenStartIndex;
        var isList = json.TokenType == JsonTokenType.StartArray;
        json.Skip();
        var value = data[start..(int)json.BytesConsumed];
        ref var bytes = ref isCited ? ref _citedBytes : ref _foundBytes;
        if (!isList || value.Length <= 2 || value.Length == bytes)
        {
            return; // the same again: it only grows
        }

        bytes = value.Length;
        using var document = JsonDocument.Parse(value.ToArray());
        UrlCitation[] sources = [.. document.RootElement.EnumerateArray().Take(SourcesMax).Select(SourceOf).OfType<UrlCitation>()];
        (_cited, _found) = isCited ? (sources, _found) : (_cited, sources);
    }

    /// <summary>The answer's message names its sources itself: these would be the same.</summary>
    public void Leave() => _isTold = true;

    public void Tell(AnswerSink sink)
    {
        var all = _cited.Length > 0 ? _cited : _found;
        if (_isTold || all.Length == 0)
        {
            return;
        }

        _isTold = true;
        sink.Facts.HasSources = true;
        foreach (var source in all)
        {
            sink.Citation(0, Array.Find(_found, f => f.Url == source.Url) ?? source);
        }
    }

    private static UrlCitation? SourceOf(JsonElement source) => source.ValueKind switch
    {
        JsonValueKind.String => new(source.GetString()!),
        JsonValueKind.Object when source.Text("url") is { Length: > 0 } url => new(url, source.Text("title"), source.Text("snippet") ?? source.Text("content")),
        _ => null,
    };
}
