using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Turns a provider's answer, or one chunk of it, into ours in one forward pass: the same bytes, but for id, model,
/// provider, finish reasons and usage. What it learns on the way goes into <see cref="AnswerFacts"/>.</summary>
/// <remarks>Pure. Never throws on an answer, however broken: then it says false, and what was appended is taken back.</remarks>
internal ref struct ChatAnswerRewriter
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly AnswerIdentity _identity;
    private readonly AnswerFacts _facts;
    private readonly bool _isChunk;
    private readonly ref PooledBuffer _output;
    private Utf8JsonReader _json;
    private int _copied;
    private int _previousEnd;
    private bool _dropToNext;
    private bool _sawUsage;
    private bool _isEmpty;
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

    private ChatAnswerRewriter(ReadOnlySpan<byte> source, AnswerIdentity identity, AnswerFacts facts, bool isChunk, ref PooledBuffer output)
    {
        _source = source;
        _identity = identity;
        _facts = facts;
        _isChunk = isChunk;
        _output = ref output;
        _json = new Utf8JsonReader(source);
    }

    /// <summary>Appends one chunk. Appends nothing for a chunk that only reports usage: the usage goes into the facts.</summary>
    /// <param name="created">For providers that leave the time out: unix seconds.</param>
    public static bool TryRewriteChunk(ReadOnlySpan<byte> source, AnswerIdentity identity, AnswerFacts facts, long created, ref PooledBuffer output)
    {
        var start = output.Length;
        var rewriter = new ChatAnswerRewriter(source, identity, facts, isChunk: true, ref output);
        if (!rewriter.TryRun(created))
        {
            output.Truncate(start);
            return false;
        }

        if (facts.Error is not null || !rewriter._seen.HasFlag(Seen.Choices) || (rewriter._isEmpty && rewriter._sawUsage))
        {
            output.Truncate(start);
        }

        return true;
    }

    /// <summary>Appends a whole answer but for its usage, which is cut; it ends without its closing brace, for the usage to follow.</summary>
    public static bool TryRewriteAnswer(ReadOnlySpan<byte> source, AnswerIdentity identity, AnswerFacts facts, long created, ref PooledBuffer output)
    {
        var start = output.Length;
        var rewriter = new ChatAnswerRewriter(source, identity, facts, isChunk: false, ref output);
        if (!rewriter.TryRun(created))
        {
            output.Truncate(start);
            return false;
        }

        return true;
    }

    private bool TryRun(long created)
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
            AppendMissing(any, created);
            if (_isChunk)
            {
                _output.Append("}"u8);
            }

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

        var member = _json.ValueTextEquals("object"u8) ? Seen.Object
            : _json.ValueTextEquals("created"u8) ? Seen.Created
            : _json.ValueTextEquals("system_fingerprint"u8) ? Seen.Fingerprint
            : Seen.None;
        _seen |= member;
        var isTier = _json.ValueTextEquals("service_tier"u8);
        _json.Read();
        if (_isChunk && member == Seen.Fingerprint && _json.TokenType == JsonTokenType.Null)
        {
            Drop(anyBefore); // OpenRouter's own client takes a chunk without it, and refuses one with null
            return false;
        }

        if (isTier && _facts.ServiceTier is null && _json.TokenType == JsonTokenType.String)
        {
            _facts.ServiceTier = GatewayErrors.Bounded(_json.GetString()!, 64);
        }

        _json.Skip();
        return true;
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
            if (ChatUsageReader.Read(ref _json, _source, ref members) is { } usage)
            {
                _facts.Usage = usage;
                _facts.UsageMembers = members.Span.ToArray();
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
        var sawIndex = false;
        var sawNative = false;
        string? native = null;
        var any = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            any = true;
            if (_json.ValueTextEquals("delta"u8) || _json.ValueTextEquals("message"u8))
            {
                _json.Read();
                sawBody = true;
                TakeContent();
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
                CountContent();
            }
            else
            {
                sawNative |= _json.ValueTextEquals("native_finish_reason"u8);
                sawIndex |= _json.ValueTextEquals("index"u8);
                _json.Read();
                _json.Skip();
            }
        }

        if (sawFinish && sawBody && sawIndex && (sawNative || native is null))
        {
            return; // the usual chunk
        }

        CopyTo((int)_json.TokenStartIndex);
        AppendMember(sawIndex, "\"index\":0"u8, ref any);
        AppendMember(sawBody, _isChunk ? "\"delta\":{}"u8 : "\"message\":{\"role\":\"assistant\",\"content\":null}"u8, ref any);
        AppendMember(sawFinish, "\"finish_reason\":null"u8, ref any);
        if (!sawNative && native is not null)
        {
            AppendMember(seen: false, "\"native_finish_reason\":"u8, ref any);
            _output.Append(JsonText.Quote(native));
        }
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
        if (!ReferenceEquals(normalised, native))
        {
            CopyTo((int)_json.TokenStartIndex);
            _output.Append(JsonText.Quote(normalised));
            _copied = (int)_json.BytesConsumed;
        }

        return native;
    }

    private void TakeContent()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = _json.ValueTextEquals("role"u8) || _json.ValueTextEquals("name"u8);
            var isText = !isRole && _json.ValueTextEquals("content"u8);
            var isThought = !isRole && !isText && _json.ValueSpan.StartsWith("reasoning"u8);
            _json.Read();
            if (_facts.Tap is { } tap)
            {
                Keep(tap, isText, isThought || isRole);
            }

            if (isRole)
            {
                _json.Skip();
            }
            else
            {
                CountContent();
            }
        }
    }

    // Text is kept for an endpoint that may have to go on with it; of anything else that is not empty nobody can.
    private readonly void Keep(TextTap tap, bool isText, bool isIndifferent)
    {
        if (isText && _json.TokenType == JsonTokenType.String)
        {
            tap.Append(_json.ValueSpan);
        }
        else if (!isIndifferent && !IsNothing())
        {
            tap.Spoil();
        }
    }

    private readonly bool IsNothing() => _json.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => true,
        JsonTokenType.String => _json.ValueSpan.IsEmpty,
        JsonTokenType.StartArray => _source[(int)_json.BytesConsumed] == ']',
        JsonTokenType.StartObject => _source[(int)_json.BytesConsumed] == '}',
        _ => false,
    };

    // Any member of a message that is not empty is content: text, reasoning, refusal, tool calls, audio, images, what may yet come.
    private void CountContent()
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
            _facts.HasContent = true;
            _facts.ContentBytes += bytes;
            _facts.ContentChunks++;
        }
    }

    private void Replace(Seen member, byte[] value)
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

    private readonly void AppendMissing(bool any, long created)
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
            JsonText.AppendNumber(ref _output, created);
        }

        AppendMember(_seen.HasFlag(Seen.Object), _isChunk ? "\"object\":\"chat.completion.chunk\""u8 : "\"object\":\"chat.completion\""u8, ref any);
        AppendMember(_isChunk || _seen.HasFlag(Seen.Fingerprint), "\"system_fingerprint\":null"u8, ref any);
    }
}
