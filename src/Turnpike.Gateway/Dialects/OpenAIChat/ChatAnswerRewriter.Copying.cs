using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What is copied, and what is put in its place.</summary>
internal ref partial struct ChatAnswerRewriter
{
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
        CopyTo(_previousEnd);
        _copied = (int)_json.BytesConsumed;
        _dropToNext = !anyBefore;
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
}
