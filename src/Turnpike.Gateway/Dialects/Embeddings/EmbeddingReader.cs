using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

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
                case JsonTokenType.String:
                    AddText(ref json, $"input[{_inputs}]");
                    break;
                case JsonTokenType.Number:
                    _tokens++; // one list of tokens
                    _inputs = 1;
                    break;
                case JsonTokenType.StartArray:
                    AddTokens(ref json);
                    break;
                case JsonTokenType.StartObject:
                    AddParts(ref json);
                    break;
                default:
                    Expect(ref json, holds: false, $"input[{_inputs}]", "a string, a list of tokens or an object");
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
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            _tokens++;
        }

        Expect(ref json, json.TokenType == JsonTokenType.EndArray, $"input[{_inputs}]", "a list of whole numbers");
        _inputs++;
    }

    // Text and media of several kinds; media count as if they were text, which is more than they come to.
    private void AddParts(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                TextBytes += json.ValueSpan.Length;
            }
        }

        _inputs++;
    }
}
