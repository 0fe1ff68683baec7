using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Reads a transcription request in JSON, with its audio in base64.</summary>
internal sealed class TranscriptionReader : OperationReader
{
    private readonly ImmutableArray<KeyValuePair<string, string>>.Builder _fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
    private AudioFile? _file;
    private string _form = "json";

    protected override long OutputLimit => TranscriptionRules.WrittenTokensBound(_file);

    protected override bool TakesEvents => true;

    protected override bool Streams => WantsEvents;

    protected override bool HasAudio => true;

    protected override WorkUnits UnitsBound => TranscriptionRules.UnitsOf(_file!.SecondsBound); // Missing has seen to it

    protected override WorkUnits UnitsEstimate => TranscriptionRules.UnitsOf(_file!.Seconds); // as above

    protected override TokenUsage UsageByRule => TranscriptionRules.UsageOf(_file!.Seconds); // as above

    protected override bool ReadField(string name, ref Utf8JsonReader json)
    {
        if (name == "input_audio")
        {
            ReadAudio(ref json);
        }
        else if (name == "response_format")
        {
            _form = ReadWord(ref json, name, TranscriptionRules.Forms) ?? _form;
        }
        else
        {
            using var value = JsonDocument.ParseValue(ref json);
            AddField(name, value.RootElement);
        }

        return false;
    }

    protected override GatewayError? Missing() =>
        _file is null
            ? GatewayErrors.InvalidField("input_audio", "is missing. Send an object with 'data' (base64) and 'format'.")
            : TranscriptionRules.FormFault(_form, WantsEvents);

    protected override OperationWish Wish() => new TranscriptionWish(_file!, _form, _fields.ToImmutable()); // as above

    private void ReadAudio(ref Utf8JsonReader json)
    {
        if (!Expect(ref json, json.TokenType == JsonTokenType.StartObject, "input_audio", "an object"))
        {
            return;
        }

        using var value = JsonDocument.ParseValue(ref json);
        var format = value.RootElement.Text("format");
        if (format is null || TranscriptionRules.TypeOf(format) is not { } type)
        {
            Error ??= GatewayErrors.InvalidField("input_audio.format", $"must be one of {string.Join(", ", TranscriptionRules.Formats)}.");
            return;
        }

        if (!value.RootElement.TryMember("data", out var data) || data.ValueKind != JsonValueKind.String
            || !data.TryGetBytesFromBase64(out var audio) || audio.Length == 0)
        {
            Error ??= GatewayErrors.InvalidField("input_audio.data", "must be audio in base64.");
            return;
        }

        MediaBytes = (audio.Length + 2) / 3 * 4;
        _file = new($"audio.{format}", type, default, audio, AudioLength.Seconds(audio), AudioLength.SecondsBound(audio));
        RepeatedBytes = TranscriptionRules.PromptTokensBound(_file);
    }

    private void AddField(string name, JsonElement value)
    {
        if (TranscriptionRules.IsOurs(name))
        {
            Error ??= GatewayErrors.InvalidField(GatewayErrors.Bounded(name, 64), "is not taken here. Leave it out.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                _fields.Add(new(name, value.ToString()));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    _fields.Add(new(name + "[]", item.ToString()));
                }

                break;
            case JsonValueKind.Null:
                break;
            default:
                Error ??= GatewayErrors.WrongType(name, "a text, a number or an array", "an object");
                break;
        }
    }
}
