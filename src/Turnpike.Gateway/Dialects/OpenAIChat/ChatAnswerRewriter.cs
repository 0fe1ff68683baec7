using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Turns a provider's answer, or one chunk of it, into ours in one forward pass: the same bytes, but for id, model,
/// provider, reasoning, finish reasons and usage. What it learns on the way goes into <see cref="AnswerFacts"/>.</summary>
/// <remarks>Pure. Never throws on an answer, however broken: then it says so, and what was appended is taken back, as it is where a vendor
/// says something in a way of its own that callers would not understand: that is for <see cref="ChatAnswerReader"/>.</remarks>
internal ref partial struct ChatAnswerRewriter
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly AnswerIdentity _identity;
    private readonly AnswerFacts _facts;
    private readonly ChatProgress _progress;
    private readonly ProviderQuirks _quirks;
    private readonly bool _isChunk;
    private readonly bool _isSingle;
    private readonly long _created;
    private readonly ref PooledBuffer _output;
    private Utf8JsonReader _json;
    private int _copied;
    private int _previousEnd;
    private bool _dropToNext;
    private bool _sawUsage;
    private bool _isEmpty;
    private bool _deviates;
    private bool _hasCalls;
    private bool _looksForTags;
    private bool _saysRole;
    private long _contentBytes;
    private int _contentChunks;
    private Range _text;
    private bool _isSpoilt; // something else than a text
    private string? _failed; // the finish reason, where it says that the answer failed
    private Seen _seen;

    [Flags]
    private enum Seen
    {
        None = 0,
        Id = 1,
        Model = 2,
        Provider = 4,
        Object = 8,
        Created = 16,
        Fingerprint = 32,
        Choices = 64,
        Error = 128,
    }

    private ChatAnswerRewriter(ReadOnlySpan<byte> source, AnswerContext context, ChatProgress progress, bool isChunk, ref PooledBuffer output)
    {
        _source = source;
        _identity = context.Identity;
        _facts = context.Facts;
        _quirks = context.Quirks;
        _progress = progress;
        _looksForTags = progress.LooksForTags;
        _isChunk = isChunk;
        _isSingle = context.Request.Choices <= 1;
        _created = context.Created;
        _output = ref output;
        _json = new Utf8JsonReader(source);
    }

    /// <summary>Appends one chunk. Appends nothing for a chunk that only reports usage: the usage goes into the facts.</summary>
    /// <param name="progress">What is to be remembered from chunk to chunk.</param>
    public static ChatRewriting RewriteChunk(ReadOnlySpan<byte> source, AnswerContext context, ChatProgress progress, ref PooledBuffer output)
    {
        var start = output.Length;
        var rewriter = new ChatAnswerRewriter(source, context, progress, isChunk: true, ref output);
        var rewriting = rewriter.Run();
        if (rewriting != ChatRewriting.Done || context.Facts.Error is not null || !rewriter._seen.HasFlag(Seen.Choices)
            || (rewriter._isEmpty && rewriter._sawUsage))
        {
            output.Truncate(start);
        }

        return rewriting;
    }

    /// <summary>Appends a whole answer but for its usage, which is cut; it ends without its closing brace, for the usage to follow.</summary>
    public static ChatRewriting RewriteAnswer(ReadOnlySpan<byte> source, AnswerContext context, ChatProgress progress, ref PooledBuffer output)
    {
        var start = output.Length;
        var rewriting = new ChatAnswerRewriter(source, context, progress, isChunk: false, ref output).Run();
        if (rewriting != ChatRewriting.Done)
        {
            output.Truncate(start);
        }

        return rewriting;
    }

    private ChatRewriting Run()
    {
        if (!TryRun())
        {
            return ChatRewriting.Garbage;
        }

        if (_deviates)
        {
            if (_hasCalls)
            {
                _progress.Calls.Undo();
            }

            return ChatRewriting.Deviates;
        }

        _progress.LooksForTags = _looksForTags;
        _progress.ToldRole |= _saysRole && _isSingle;
        _facts.Count(_contentBytes, _contentChunks);
        if (_facts.Tap is { } tap)
        {
            Keep(tap);
        }

        return ChatRewriting.Done;
    }

    private bool TryRun()
    {
        try
        {
            if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            _previousEnd = (int)_json.BytesConsumed;
            var any = false;
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                if (_dropToNext)
                {
                    _dropToNext = false;
                    _copied = (int)_json.TokenStartIndex;
                }

                any |= TakeMember(any);
                _previousEnd = (int)_json.BytesConsumed;
            }

            var end = (int)_json.TokenStartIndex;
            _json.Read();
            CopyTo(Math.Min(end, Math.Max(_previousEnd, _copied)));
            AppendMissing(any);
            if (_isChunk)
            {
                _output.Append("}"u8);
            }

            if ((_seen & (Seen.Choices | Seen.Error)) == 0 && !_sawUsage && !_deviates)
            {
                _facts.Error ??= ChatErrorReader.TryReadBare(_source);
            }

            // An error beside it says more.
            _facts.Error ??= _failed is null || _deviates ? null : ProviderErrorBody.OfFinish(_failed);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false; // a string that is not valid Unicode
        }
    }

    // Says whether the member was kept.
    private bool TakeMember(bool anyBefore)
    {
        if (_json.ValueTextEquals("choices"u8))
        {
            _json.Read();
            TakeChoices();
            return true;
        }

        if (_json.ValueTextEquals("id"u8))
        {
            _json.Read();
            if (_facts.UpstreamId is null && _json.TokenType == JsonTokenType.String)
            {
                _facts.UpstreamId = GatewayErrors.Bounded(_json.GetString()!, 128);
            }

            Replace(Seen.Id, _identity.Id);
            return true;
        }

        if (_json.ValueTextEquals("model"u8))
        {
            _json.Read();
            Replace(Seen.Model, _identity.Model);
            return true;
        }

        if (_json.ValueTextEquals("provider"u8))
        {
            _json.Read();
            Replace(Seen.Provider, _identity.Provider);
            return true;
        }

        if (_json.ValueTextEquals("usage"u8))
        {
            _json.Read();
            TakeUsage();
            Drop(anyBefore);
            return false;
        }

        if (_json.ValueTextEquals("error"u8))
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.Null)
            {
                _seen |= Seen.Error;
                using var document = JsonDocument.ParseValue(ref _json);
                _facts.Error ??= ChatErrorReader.ReadValue(document.RootElement);
            }

            return true;
        }

        if (_json.ValueTextEquals("object"u8))
        {
            _json.Read();
            TakeObject();
            return true;
        }

        var seen = _json.ValueTextEquals("created"u8) ? Seen.Created
            : _json.ValueTextEquals("system_fingerprint"u8) ? Seen.Fingerprint
            : Seen.None;
        if (seen == Seen.None)
        {
            TakeOther();
            return true;
        }

        _seen |= seen;
        _json.Read();
        if (_isChunk && seen == Seen.Created)
        {
            TakeCreated();
            return true;
        }

        if (_isChunk && seen == Seen.Fingerprint && _json.TokenType == JsonTokenType.Null)
        {
            Drop(anyBefore); // OpenRouter's own client takes a chunk without it, and refuses one with null
            return false;
        }

        _json.Skip();
        return true;
    }

    // All chunks of an answer say the same: what the first says, ours where that one does not.
    private void TakeCreated()
    {
        var said = _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var number) ? number : 0;
        var told = _progress.Created = _progress.Created > 0 ? _progress.Created : said > 0 ? said : _created;
        if (said != told)
        {
            CopyTo((int)_json.TokenStartIndex);
            JsonText.AppendNumber(ref _output, told);
        }

        _json.Skip();
        _copied = said != told ? (int)_json.BytesConsumed : _copied;
    }

    private void TakeOther()
    {
        var isTier = _json.ValueTextEquals("service_tier"u8);
        var isSources = !isTier && ChatSources.IsSources(ref _json);
        var isGroq = !isTier && _json.ValueTextEquals("x_groq"u8);
        _json.Read();
        if (isTier && _facts.ServiceTier is null && _json.TokenType == JsonTokenType.String)
        {
            _facts.ServiceTier = GatewayErrors.Bounded(_json.GetString()!, 64);
        }
        else if (isSources)
        {
            _deviates |= _json.TokenType == JsonTokenType.StartArray && !IsNothing();
        }
        else if (isGroq && _json.TokenType == JsonTokenType.StartObject)
        {
            TakeInner();
        }

        _json.Skip();
    }

    // Groq's older place for the usage of a stream.
    private void TakeInner()
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = _json.ValueTextEquals("usage"u8);
            _json.Read();
            if (isUsage)
            {
                TakeUsage();
            }

            _json.Skip();
        }
    }

    // Clients' schemas have this one word here; Azure's first chunk has an empty one.
    private void TakeObject()
    {
        var word = _isChunk ? "\"chat.completion.chunk\""u8 : "\"chat.completion\""u8;
        if (_json.TokenType == JsonTokenType.String && _json.ValueTextEquals(word[1..^1]))
        {
            _seen |= Seen.Object;
            return;
        }

        Replace(Seen.Object, word);
    }

    private void TakeUsage()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _json.Skip();
            return;
        }

        _sawUsage = true;
        var members = new PooledBuffer();
        try
        {
            // Counts are cumulative where a provider reports them more than once: the last one stands.
            if (ChatUsageReader.Read(ref _json, _source, _quirks, ref members) is { } usage)
            {
                _facts.Report(usage, members.Span);
            }
        }
        finally
        {
            members.Dispose();
        }
    }
}
