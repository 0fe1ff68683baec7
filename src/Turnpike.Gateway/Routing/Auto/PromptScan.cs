using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>One pass over a chat request: where the texts stand that tell what is asked, and what the request needs.</summary>
internal ref struct PromptScan
{
    private const int BytesPerToken = 4;

    private Utf8JsonReader _json;
    private long _textBytes;

    // The message being read; its role may stand behind its content.
    private TextRanges _message;
    private bool _isUser;
    private bool _isSystem;

    private PromptScan(ReadOnlySpan<byte> body) => _json = new Utf8JsonReader(body);

    public TextRanges LastUser { get; private set; }

    /// <summary>The user message before the last one.</summary>
    public TextRanges PreviousUser { get; private set; }

    public TextRanges System { get; private set; }

    public PromptNeeds Needs { get; private set; }

    /// <summary>The tools' results are among the messages: the model is at work already.</summary>
    public bool HasToolTurns { get; private set; }

    public long? OutputLimit { get; private set; }

    public readonly int PromptTokens => (int)Math.Min(int.MaxValue, _textBytes / BytesPerToken);

    public static PromptScan Of(ReadOnlySpan<byte> body)
    {
        var scan = new PromptScan(body);
        try
        {
            scan.Read();
        }
        catch (JsonException)
        {
            // Not for us to tell: the dialect refuses it. What was seen until here will do.
        }

        return scan;
    }

    private void Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember();
        }
    }

    private void ReadMember()
    {
        if (_json.ValueTextEquals("messages"u8))
        {
            ReadMessages();
        }
        else if (_json.ValueTextEquals("tools"u8) || _json.ValueTextEquals("functions"u8))
        {
            ReadTools();
        }
        else if (_json.ValueTextEquals("response_format"u8))
        {
            ReadResponseFormat();
        }
        else if (_json.ValueTextEquals("reasoning"u8) || _json.ValueTextEquals("reasoning_effort"u8))
        {
            ReadReasoning();
        }
        else if (_json.ValueTextEquals("max_tokens"u8) || _json.ValueTextEquals("max_completion_tokens"u8))
        {
            _json.Read();
            OutputLimit = _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var limit) ? limit : OutputLimit;
        }
        else
        {
            SkipValue();
        }
    }

    private void SkipValue()
    {
        _json.Read();
        _json.Skip();
    }

    private void ReadMessages()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
            {
                ReadMessage();
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void ReadMessage()
    {
        _message = default;
        _isUser = _isSystem = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("role"u8))
            {
                _json.Read();
                ReadRole();
            }
            else if (_json.ValueTextEquals("content"u8))
            {
                _json.Read();
                ReadContent();
            }
            else
            {
                HasToolTurns |= _json.ValueTextEquals("tool_calls"u8);
                _json.Read();
                CountText();
            }
        }

        if (_isUser)
        {
            PreviousUser = LastUser;
            LastUser = _message;
        }
        else if (_isSystem && System.Count == 0)
        {
            System = _message;
        }
    }

    private void ReadRole()
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            _json.Skip();
            return;
        }

        _isUser = _json.ValueTextEquals("user"u8);
        _isSystem = _json.ValueTextEquals("system"u8) || _json.ValueTextEquals("developer"u8);
        HasToolTurns |= _json.ValueTextEquals("tool"u8);
    }

    private void ReadContent()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            AddText();
        }
        else if (_json.TokenType == JsonTokenType.StartArray)
        {
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            {
                if (_json.TokenType == JsonTokenType.StartObject)
                {
                    ReadPart();
                }
                else
                {
                    _json.Skip();
                }
            }
        }
        else
        {
            _json.Skip();
        }
    }

    private void ReadPart()
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isText = _json.ValueTextEquals("text"u8);
            var isType = !isText && _json.ValueTextEquals("type"u8);
            _json.Read();
            if (_json.TokenType == JsonTokenType.String && isText)
            {
                AddText();
            }
            else if (_json.TokenType == JsonTokenType.String && isType)
            {
                Needs |= NeedOfPart();
            }
            else
            {
                _json.Skip(); // the media themselves, or what is said of them
            }
        }
    }

    private readonly PromptNeeds NeedOfPart() =>
        _json.ValueTextEquals("image_url"u8) || _json.ValueTextEquals("image"u8) ? PromptNeeds.Vision
        : _json.ValueTextEquals("file"u8) || _json.ValueTextEquals("document"u8) ? PromptNeeds.Files
        : _json.ValueTextEquals("input_audio"u8) ? PromptNeeds.Audio
        : _json.ValueTextEquals("video_url"u8) || _json.ValueTextEquals("input_video"u8) ? PromptNeeds.Video
        : PromptNeeds.None;

    private void AddText()
    {
        _message.Add((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length); // behind the quotation mark
        _textBytes += _json.ValueSpan.Length;
    }

    private void ReadTools()
    {
        _json.Read();
        var isEmpty = true;
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            var depth = _json.CurrentDepth;
            while (_json.Read() && _json.CurrentDepth > depth)
            {
                isEmpty = false;
                CountToken();
            }
        }
        else
        {
            _json.Skip();
        }

        Needs |= isEmpty ? PromptNeeds.None : PromptNeeds.Tools;
    }

    private void ReadResponseFormat()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = _json.ValueTextEquals("type"u8);
            _json.Read();
            if (isType && _json.TokenType == JsonTokenType.String)
            {
                Needs |= _json.ValueTextEquals("json_schema"u8) ? PromptNeeds.Json | PromptNeeds.Schema
                    : _json.ValueTextEquals("json_object"u8) ? PromptNeeds.Json
                    : PromptNeeds.None;
            }
            else
            {
                _json.Skip();
            }
        }
    }

    // An effort of "none" and an object that switches reasoning off ask for nothing.
    private void ReadReasoning()
    {
        _json.Read();
        var isWanted = _json.TokenType is JsonTokenType.String or JsonTokenType.StartObject && !IsOff();
        if (_json.TokenType == JsonTokenType.StartObject)
        {
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                var isSwitch = _json.ValueTextEquals("enabled"u8) || _json.ValueTextEquals("effort"u8);
                _json.Read();
                isWanted &= !isSwitch || !IsOff();
                _json.Skip();
            }
        }
        else
        {
            _json.Skip();
        }

        Needs |= isWanted ? PromptNeeds.Reasoning : PromptNeeds.None;
    }

    private readonly bool IsOff() =>
        _json.TokenType == JsonTokenType.False || (_json.TokenType == JsonTokenType.String && _json.ValueTextEquals("none"u8));

    private void CountText()
    {
        var depth = _json.CurrentDepth;
        if (_json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            CountToken();
            return;
        }

        while (_json.Read() && _json.CurrentDepth > depth)
        {
            CountToken();
        }
    }

    private void CountToken()
    {
        if (_json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !MediaText.IsMedia(_json.ValueSpan))
        {
            _textBytes += _json.ValueSpan.Length;
        }
    }
}
