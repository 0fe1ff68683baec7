using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Reads answers of <c>generateContent</c>, whole or streamed: events have the form of the whole. A stream has no mark of its end.</summary>
/// <param name="turn">Of the conversation, to tell calls of different turns apart where the answer has no id.</param>
internal sealed class GeminiAnswerReader(int turn) : IAnswerReader
{
    /// <summary>The most candidates that the API gives.</summary>
    private const int ChoicesMax = 8;

    private readonly GeminiChoice?[] _choices = new GeminiChoice?[ChoicesMax];
    private string? _responseId;
    private bool _isBroken;

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        try
        {
            if (!GeminiEvent.TryRead(data, out var read))
            {
                return StreamStep.Garbage;
            }

            Tell(read, data, sink);
            return _isBroken ? StreamStep.Garbage : StreamStep.More;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StreamStep.Garbage;
        }
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        try
        {
            if (!GeminiEvent.TryRead(body, out var read) || !read.SaysAnything)
            {
                return false;
            }

            Tell(read, body, sink);
            return !_isBroken && !Array.Exists(_choices, static c => c?.IsOpen == true);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Tell(in GeminiEvent read, ReadOnlySpan<byte> data, AnswerSink sink)
    {
        if (read.Error is { } error)
        {
            sink.Error(GeminiErrorReader.Read(data[error]));
            return;
        }

        if (_responseId is null && read.ResponseId is { } id)
        {
            sink.UpstreamId(_responseId = GatewayErrors.Bounded(Encoding.UTF8.GetString(data[id]), 64));
        }

        var isEnd = read.Candidates is { } candidates && TellCandidates(data[candidates], sink);
        if (read.Feedback is { } feedback && GeminiFinish.BlockReason(data[feedback]) is { } blocked)
        {
            sink.Finish(0, blocked, FinishReasons.ContentFilter);
            isEnd = true;
        }

        if (read.Usage is { } usage && GeminiUsage.Read(data[usage]).Total(isEnd && !sink.Facts.HasContent) is { } counts)
        {
            sink.Usage(counts);
        }
    }

    // True where one of them has ended.
    private bool TellCandidates(ReadOnlySpan<byte> candidates, AnswerSink sink)
    {
        var isEnd = false;
        var json = new Utf8JsonReader(candidates);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (isObject)
            {
                isEnd |= TellCandidate(candidates[start..(int)json.BytesConsumed], sink);
            }
        }

        return isEnd;
    }

    private bool TellCandidate(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        var candidate = GeminiCandidate.Read(data);
        if (candidate.Index >= ChoicesMax)
        {
            return false;
        }

        var choice = _choices[candidate.Index] ??= new(candidate.Index);
        if (candidate.Content is { } content)
        {
            choice.TellContent(data[content], _responseId, turn, sink);
            _isBroken |= choice.IsBroken;
        }

        if (candidate.Grounding is { } grounding)
        {
            choice.Sources.TellGrounding(data[grounding], sink);
        }

        if (candidate.Citations is { } citations)
        {
            choice.Sources.TellCitations(data[citations], sink);
        }

        if (candidate.Logprobs is { } logprobs)
        {
            GeminiLogprobs.Tell(candidate.Index, data[logprobs], sink);
        }

        if (candidate.FinishReason is not { } reason || !GeminiFinish.IsSaid(data[reason]))
        {
            return false;
        }

        choice.TellOpen(_responseId, turn, sink);
        var native = GeminiFinish.Native(data[reason]);
        sink.Finish(candidate.Index, native, GeminiFinish.Normalised(native, choice.HasCalls));
        return true;
    }
}
