using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The choices, and the messages in them.</summary>
internal ref partial struct ChatAnswerRewriter
{
    private struct Thought
    {
        /// <summary>The inside of the string; null where it is empty.</summary>
        public Range? Text;

        /// <summary>A member for the text has come.</summary>
        public bool IsNamed;

        public bool HasDetails;
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
                _deviates = true; // callers read a choice in each
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

        _deviates |= native is not null && _progress.HasCalls
            && ((FinishReasons.Normalise(native) == FinishReasons.Stop && _progress.Calls.Has(choice)) || _progress.Calls.HasBare(choice));
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
}
