using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Reads a request for speech.</summary>
internal sealed class SpeechReader : OperationReader
{
    private const int InputBytesMax = 256 << 10;

    private bool _sawInput;
    private bool _sawVoice;
    private int _characters;
    private string _format = "pcm";
    private bool _asEvents;

    // Fifteen characters are a second, and a second some twenty tokens; twice of that for slow voices.
    protected override long OutputLimit => 64 + (_characters * 3L);

    protected override bool Streams => true;

    protected override bool HasAudio => true;

    protected override WorkUnits UnitsBound => new() { Characters = _characters };

    // No provider reports what it has used beside audio.
    protected override TokenUsage UsageByRule
    {
        get
        {
            var tokens = (int)((_characters * 21L) + 14) / 15;
            return base.UsageByRule with { CompletionTokens = tokens, CompletionAudioTokens = tokens };
        }
    }

    protected override bool ReadField(string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "input":
                _sawInput = true;
                ReadInput(ref json);
                return true;
            case "voice":
                _sawVoice = true;
                Expect(ref json, json.TokenType is JsonTokenType.String or JsonTokenType.StartObject, name, "a string or an object");
                json.Skip();
                return true;
            case "instructions":
                ReadString(ref json, name, 16 << 10);
                return true;
            case "response_format":
                _format = ReadWord(ref json, name, "mp3", "pcm") ?? _format;
                return false;
            case "speed":
                Expect(ref json, json.TokenType is JsonTokenType.Number or JsonTokenType.Null, name, "a number");
                return true;
            case "stream_format":
                _asEvents = ReadWord(ref json, name, "audio", "sse") == "sse";
                return false;
            default:
                json.Skip();
                return true;
        }
    }

    protected override GatewayError? Missing() =>
        !_sawInput ? GatewayErrors.InvalidField("input", "is missing. Send a text.")
        : _characters == 0 ? GatewayErrors.InvalidField("input", "is empty. Send a text.")
        : !_sawVoice ? GatewayErrors.InvalidField("voice", "is missing. Name one of the model's voices.")
        : null;

    protected override OperationWish Wish() => new SpeechWish(_format, _asEvents);

    private void ReadInput(ref Utf8JsonReader json)
    {
        if (ReadString(ref json, "input", InputBytesMax, nullable: false) is { } text)
        {
            _characters = text.EnumerateRunes().Count();
            TextBytes = json.ValueSpan.Length;
        }
    }
}
