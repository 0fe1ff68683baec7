using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Reads an embeddings request: a text, texts, tokens, lists of tokens, or objects with parts.</summary>
internal sealed class EmbeddingReader : OperationReader
{
    private const int InputsMax = 16_384;

    private bool _sawInput;
    private int _inputs;
    private int _texts;
    private long _tokens;
    private int? _dimensions;
    private string? _inputType;
    private bool _isBase64;
    private bool _isTokens;

    protected override bool ReadField(string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "input":
                _sawInput = true;
                ReadInput(ref json);
                return true;
            case "dimensions":
                _dimensions = ReadInteger(ref json, name, 1, 65_536);
                return true;
            case "encoding_format":
                _isBase64 = ReadWord(ref json, name, "float", "base64") == "base64";
                return true;
            case "input_type":
                _inputType = ReadString(ref json, name, 64);
                return true;
            default:
                json.Skip();
                return true;
        }
    }

    protected override GatewayError? Missing() =>
        !_sawInput ? GatewayErrors.InvalidField("input", "is missing. Send a text, or an array of texts.")
        : _inputs == 0 ? GatewayErrors.InvalidField("input", "is empty. Send at least one text.")
        : null;

    protected override OperationWish Wish() => new EmbeddingWish(_inputs, IsText: _texts == _inputs && _tokens == 0)
    {
        Dimensions = _dimensions,
        InputType = _inputType,
        AsBase64 = _isBase64,
    };

    private void ReadInput(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            AddText(ref json, "input");
        }
        else if (Expect(ref json, json.TokenType == JsonTokenType.StartArray, "input", "a string or an array"))
        {
            ReadInputs(ref json);
        }

        TextBytes += 4 * _tokens; // a token is counted as one again
        Prompts = Math.Max(1, _inputs);
    }

    private void ReadInputs(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray && Error is null)
        {
            switch (json.TokenType)
            {
                case JsonTokenType.String when !_isTokens:
                    AddText(ref json, $"input[{_inputs}]");
                    break;
                case JsonTokenType.Number when _inputs == 0 || _isTokens:
                    AddToken(ref json, $"input[{_tokens}]");
                    (_isTokens, _inputs) = (true, 1); // one list of tokens
                    break;
                case JsonTokenType.StartArray when !_isTokens:
                    AddTokens(ref json);
                    break;
                case JsonTokenType.StartObject when !_isTokens:
                    AddParts(ref json);
                    break;
                default:
                    Expect(
                        ref json,
                        holds: false,
                        $"input[{(_isTokens ? _tokens : _inputs)}]",
                        _isTokens ? "a token, as those before it" : "a string, a list of tokens or an object");
                    break;
            }

            if (_inputs > InputsMax)
            {
                Error ??= GatewayErrors.InvalidField("input", $"has more than {InputsMax} entries. Send fewer at once.");
            }
        }
    }

    private void AddText(ref Utf8JsonReader json, string field)
    {
        if (json.ValueSpan.IsEmpty)
        {
            Error ??= GatewayErrors.InvalidField(field, "is empty. Send a text.");
        }

        TextBytes += json.ValueSpan.Length;
        _texts++;
        _inputs++;
    }

    private void AddTokens(ref Utf8JsonReader json)
    {
        var before = _tokens;
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            AddToken(ref json, $"input[{_inputs}]");
        }

        Expect(ref json, json.TokenType == JsonTokenType.EndArray, $"input[{_inputs}]", "a list of whole numbers");
        if (_tokens == before)
        {
            Error ??= GatewayErrors.InvalidField($"input[{_inputs}]", "is empty. Send a token.");
        }

        _inputs++;
    }

    private void AddToken(ref Utf8JsonReader json, string field)
    {
        if (!json.TryGetUInt32(out _))
        {
            Error ??= GatewayErrors.InvalidField(field, "must have tokens, which are whole numbers from 0 on.");
        }

        _tokens++;
    }

    // Text and media of several kinds.
    private void AddParts(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                TextBytes += json.ValueSpan.Length;
                MediaTextBytes += MediaText.IsMedia(json.ValueSpan) ? json.ValueSpan.Length : 0;
            }
        }

        _inputs++;
    }
}
