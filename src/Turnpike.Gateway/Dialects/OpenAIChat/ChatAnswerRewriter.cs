using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Turns a provider's answer, or one chunk of it, into ours in one forward pass: the same bytes, but for id, model,
/// provider, reasoning, finish reasons and usage. What it learns on the way goes into <see cref="AnswerFacts"/>.</summary>
/// <remarks>Pure. Never throws on an answer, however broken: then it says so, and what was appended is taken back, as it is where a vendor
/// says something in a way of its own that callers would not understand: that is for <see cref="ChatAnswerReader"/>.</remarks>
internal ref struct ChatAnswerRewriter
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

    private struct Thought
    {
        /// <summary>The inside of the string; null where it is empty.</summary>
        public Range? Text;

        /// <summary>A member for the text has come.</summary>
        public bool IsNamed;

        public bool HasDetails;
    }

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

    private void TakeChoices()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            _json.Skip();
            return;
        }

        _seen |= Seen.Choices;
        var count = 0;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
            {
                TakeChoice();
                count++;
            }
            else
            {
                _json.Skip();
            }
        }

        _isEmpty = count == 0;
        _facts.HasChoice |= count > 0;
        if (_isEmpty && _isChunk)
        {
            // Callers index choices[0] of every chunk.
            CopyTo((int)_json.TokenStartIndex);
            _output.Append("{\"index\":0,\"delta\":{},\"finish_reason\":null}"u8);
        }
    }

    private void TakeChoice()
    {
        var sawFinish = false;
        var sawBody = false;
        var sawNative = false;
        int? index = null;
        string? native = null;
        Range? called = null;
        var any = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            any = true;
            if (_json.ValueTextEquals("delta"u8) || _json.ValueTextEquals("message"u8))
            {
                _deviates |= _json.ValueTextEquals("delta"u8) != _isChunk;
                _json.Read();
                sawBody = true;
                called = TakeBody() ?? called;
            }
            else if (_json.ValueTextEquals("finish_reason"u8))
            {
                _json.Read();
                sawFinish = true;
                native = TakeFinishReason() ?? native;
            }
            else if (_json.ValueTextEquals("text"u8))
            {
                _json.Read();
                Count();
            }
            else
            {
                sawNative |= _json.ValueTextEquals("native_finish_reason"u8);
                var isIndex = _json.ValueTextEquals("index"u8);
                var isUsage = _json.ValueTextEquals("usage"u8);
                _json.Read();
                index = isIndex ? IndexOf(_json) : index;
                _deviates |= isUsage && _json.TokenType == JsonTokenType.StartObject; // Moonshot's place
                _json.Skip();
            }
        }

        Judge(index ?? 0, native, called);
        if (sawFinish && sawBody && index is not null && (sawNative || native is null))
        {
            return; // the usual chunk
        }

        CopyTo((int)_json.TokenStartIndex);
        AppendMember(index is not null, "\"index\":0"u8, ref any);
        AppendMember(sawBody, _isChunk ? "\"delta\":{}"u8 : "\"message\":{\"role\":\"assistant\",\"content\":null}"u8, ref any);
        AppendMember(sawFinish, "\"finish_reason\":null"u8, ref any);
        if (!sawNative && native is not null)
        {
            AppendMember(seen: false, "\"native_finish_reason\":"u8, ref any);
            _output.Append(JsonText.Quote(native));
        }
    }

    private static int IndexOf(in Utf8JsonReader json) => json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) ? index : 0;

    // Callers key the pieces of calls by index, and run them where the reason says so.
    private void Judge(int choice, string? native, Range? called)
    {
        if (called is { } range)
        {
            if (!_hasCalls)
            {
                _hasCalls = _progress.HasCalls = true;
                _progress.Calls.Mark();
            }

            var calls = _source[range];
            var json = new Utf8JsonReader(calls);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.StartObject && !_deviates)
            {
                _deviates = !_progress.Calls.Take(choice, new ChatCallMembers(ref json), calls, isWhole: !_isChunk, _facts.UpstreamId).IsUsual;
            }
        }

        _deviates |= native is not null && _progress.HasCalls && FinishReasons.Normalise(native) == FinishReasons.Stop && _progress.Calls.Has(choice);
    }

    private readonly void AppendMember(bool seen, scoped ReadOnlySpan<byte> member, ref bool any)
    {
        if (!seen)
        {
            if (any)
            {
                _output.Append(","u8);
            }

            _output.Append(member);
            any = true;
        }
    }

    private string? TakeFinishReason()
    {
        if (_json.TokenType != JsonTokenType.String || _json.ValueSpan.IsEmpty)
        {
            _json.Skip();
            return null;
        }

        var native = FinishReasons.Intern(ref _json);
        _facts.NativeFinishReason = native;
        var normalised = FinishReasons.Normalise(native);
        _failed = normalised == FinishReasons.Error ? native : _failed;
        if (!ReferenceEquals(normalised, native))
        {
            CopyTo((int)_json.TokenStartIndex);
            _output.Append(JsonText.Quote(normalised));
            _copied = (int)_json.BytesConsumed;
        }

        return native;
    }

    // Any member of a message that is not empty is content: text, reasoning, refusal, tool calls, audio, images, what may yet come.
    // Gives the list of tool calls.
    private Range? TakeBody()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _json.Skip();
            return null;
        }

        Range? called = null;
        var thought = default(Thought);
        var before = (int)_json.BytesConsumed; // the end of what is kept
        var isFirst = true;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("content"u8))
            {
                _json.Read();
                TakeText();
            }
            else if (_json.ValueTextEquals("role"u8))
            {
                TakeRole(before, isFirst);
            }
            else if (_json.ValueTextEquals("name"u8))
            {
                _json.Read();
                _json.Skip();
            }
            else if (_json.ValueSpan.StartsWith("reasoning"u8))
            {
                TakeThought(ref thought);
            }
            else
            {
                var isCalls = _json.ValueTextEquals("tool_calls"u8);
                var isOldCall = _json.ValueTextEquals("function_call"u8); // of the form before tools, which callers of that form are told elsewhere
                _json.Read();
                _deviates |= isOldCall && _json.TokenType == JsonTokenType.StartObject;
                _isSpoilt |= !IsNothing();
                var start = (int)_json.TokenStartIndex;
                var isList = _json.TokenType == JsonTokenType.StartArray;
                Count();
                called = isCalls && isList ? start..(int)_json.BytesConsumed : called;
            }

            (before, isFirst) = ((int)_json.BytesConsumed, false);
        }

        AppendDetails(thought);
        return called;
    }

    // Told once: official clients join what deltas repeat. Of several choices it stays with each.
    private void TakeRole(int before, bool isFirst)
    {
        _json.Read();
        _saysRole |= _json.TokenType == JsonTokenType.String;
        _json.Skip();
        if (!_isChunk || !_progress.ToldRole)
        {
            return;
        }

        CopyTo(before);
        var end = (int)_json.BytesConsumed;
        if (isFirst)
        {
            var next = _source[end..].TrimStart(" \t\r\n"u8);
            end = next is [(byte)',', ..] ? _source.Length - next.Length + 1 : end;
        }

        _copied = end;
    }

    private void TakeText()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            if (!_json.ValueSpan.IsEmpty)
            {
                _isSpoilt |= !_text.Equals(default); // of a second choice
                _text = ((int)_json.TokenStartIndex + 1)..((int)_json.BytesConsumed - 1);
                _deviates |= _looksForTags && ThinkTags.MayBeginWith(_json.ValueSpan);
                _looksForTags = false;
            }
        }
        else
        {
            _deviates |= !IsNothing(); // a list of parts
        }

        Count();
    }

    // One thought, under whatever name, is told as "reasoning".
    private void TakeThought(ref Thought thought)
    {
        var nameStart = (int)_json.TokenStartIndex;
        var nameEnd = nameStart + _json.ValueSpan.Length + 2;
        var isDetails = _json.ValueTextEquals("reasoning_details"u8);
        var isOther = _json.ValueTextEquals("reasoning_content"u8);
        var isText = isOther || _json.ValueTextEquals("reasoning"u8);
        _json.Read();
        if (isDetails)
        {
            thought.HasDetails |= !IsNothing();
            if (thought.Text is not null)
            {
                _json.Skip(); // the same, once more
                return;
            }
        }
        else if (isText)
        {
            var isThere = _json.TokenType == JsonTokenType.String && !_json.ValueSpan.IsEmpty;
            _deviates |= thought.IsNamed && (isThere || thought.Text is not null); // under both names
            thought.IsNamed = true;
            if (isThere)
            {
                thought.Text = ((int)_json.TokenStartIndex + 1)..((int)_json.BytesConsumed - 1);
                if (isOther)
                {
                    CopyTo(nameStart);
                    _output.Append("\"reasoning\""u8);
                    _copied = nameEnd;
                }
            }
        }

        Count();
    }

    private void AppendDetails(in Thought thought)
    {
        if (thought is { Text: { } text, HasDetails: false })
        {
            CopyTo((int)_json.TokenStartIndex);
            _output.Append(",\"reasoning_details\":["u8);
            ChatReasoningText.AppendDetail(ref _output, new(Neutral.ReasoningKind.Text, 0, format: null) { Text = _source[text] });
            _output.Append("]"u8);
        }
    }

    // Text is kept for an endpoint that may have to go on with it; of anything else that is not empty nobody can.
    private readonly void Keep(TextTap tap)
    {
        if (_isSpoilt)
        {
            tap.Spoil();
        }
        else if (!_text.Equals(default))
        {
            tap.Append(_source[_text]);
        }
    }

    private readonly bool IsNothing() => _json.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => true,
        JsonTokenType.String => _json.ValueSpan.IsEmpty,
        JsonTokenType.StartArray => _source[(int)_json.BytesConsumed..] is [(byte)']', ..],
        JsonTokenType.StartObject => _source[(int)_json.BytesConsumed..] is [(byte)'}', ..],
        _ => false,
    };

    private void Count()
    {
        long bytes;
        switch (_json.TokenType)
        {
            case JsonTokenType.String:
                bytes = _json.ValueSpan.Length;
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var start = _json.TokenStartIndex;
                _json.Skip();
                bytes = Math.Max(0, _json.BytesConsumed - start - 2) / 2; // half of it is names and punctuation
                break;
            default:
                return;
        }

        if (bytes > 0)
        {
            _contentBytes += bytes;
            _contentChunks++;
        }
    }

    private void Replace(Seen member, scoped ReadOnlySpan<byte> value)
    {
        _seen |= member;
        CopyTo((int)_json.TokenStartIndex);
        _output.Append(value);
        _json.Skip();
        _copied = (int)_json.BytesConsumed;
    }

    private void Drop(bool anyBefore)
    {
        if (anyBefore)
        {
            CopyTo(_previousEnd);
            _copied = (int)_json.BytesConsumed;
        }
        else
        {
            CopyTo(_previousEnd);
            _dropToNext = true;
            _copied = (int)_json.BytesConsumed;
        }
    }

    private void CopyTo(int end)
    {
        if (end > _copied)
        {
            _output.Append(_source[_copied..end]);
            _copied = end;
        }
    }

    private readonly void AppendMissing(bool any)
    {
        if ((_seen & Seen.Provider) == 0)
        {
            AppendMember(seen: false, "\"provider\":"u8, ref any);
            _output.Append(_identity.Provider);
        }

        if ((_seen & Seen.Id) == 0)
        {
            AppendMember(seen: false, "\"id\":"u8, ref any);
            _output.Append(_identity.Id);
        }

        if ((_seen & Seen.Model) == 0)
        {
            AppendMember(seen: false, "\"model\":"u8, ref any);
            _output.Append(_identity.Model);
        }

        if ((_seen & Seen.Created) == 0)
        {
            AppendMember(seen: false, "\"created\":"u8, ref any);
            _progress.Created = _progress.Created > 0 ? _progress.Created : _created;
            JsonText.AppendNumber(ref _output, _progress.Created);
        }

        AppendMember(_seen.HasFlag(Seen.Object), _isChunk ? "\"object\":\"chat.completion.chunk\""u8 : "\"object\":\"chat.completion\""u8, ref any);
        AppendMember(_isChunk || _seen.HasFlag(Seen.Fingerprint), "\"system_fingerprint\":null"u8, ref any);
    }
}
