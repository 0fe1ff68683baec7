using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Reads a transcription request that came as a form.</summary>
internal sealed class TranscriptionForm
{
    private const int FileBytesMax = 25 << 20;
    private const int FieldBytesMax = 64 << 10;

    private readonly ImmutableArray<KeyValuePair<string, string>>.Builder _fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private GatewayError? _error;
    private string? _model;
    private string? _user;
    private string? _sessionId;
    private Range? _provider;
    private bool _zeroRetention;
    private NanoUsd? _maxCost;
    private AudioFile? _file;
    private string _form = "json";
    private bool _asEvents;

    /// <summary>Reads a form. False with the error to tell.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, string boundary, out InferenceRequest? request, out GatewayError? error)
    {
        request = null;
        if (FormParts.Find(body, boundary) is not { } parts)
        {
            error = GatewayErrors.InvalidField("body", "is not a whole multipart form of the boundary that its content type names.");
            return false;
        }

        foreach (var part in parts)
        {
            ReadPart(part, body);
        }

        error = _error
            ?? TranscriptionRules.FormFault(_form, _asEvents)
            ?? (_model is null ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.") : null)
            ?? (_file is null ? GatewayErrors.InvalidField("file", "is missing. Send an audio file.") : null);
        request = error is null ? Build(body.Length) : null;
        return error is null;
    }

    private void ReadPart(FormPart part, ReadOnlySpan<byte> body)
    {
        var value = body[part.Value];
        if (!_seen.Add(part.Name) && !part.Name.EndsWith("[]", StringComparison.Ordinal))
        {
            _error ??= GatewayErrors.InvalidField(GatewayErrors.Bounded(part.Name, 64), "stands twice. Send it once.");
        }
        else if (part.Name == "file")
        {
            ReadFile(part, value);
        }
        else if (part.FileName is not null || value.Length > FieldBytesMax)
        {
            _error ??= GatewayErrors.InvalidField(GatewayErrors.Bounded(part.Name, 64), $"must be a text of at most {FieldBytesMax} bytes.");
        }
        else
        {
            ReadField(part, Encoding.UTF8.GetString(value));
        }
    }

    private void ReadField(FormPart part, string text)
    {
        switch (part.Name)
        {
            case "model":
                _model ??= text.Length is > 0 and <= 256 ? text : null;
                break;
            case "user":
                _user = Short(part.Name, text);
                break;
            case "session_id":
                _sessionId = Short(part.Name, text);
                break;
            case "provider":
                _provider = part.Value;
                break;
            case "zdr" or "enforce_zdr":
                _zeroRetention |= Flag(part.Name, text);
                break;
            case "temperature":
                _error ??= decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : GatewayErrors.InvalidField(part.Name, "must be a number.");
                _fields.Add(new(part.Name, text));
                break;
            case "max_cost":
                _maxCost = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) ? OperationReader.MaxCostOf(usd) : null;
                _error ??= _maxCost is null ? OperationReader.MaxCostFault : null;
                break;
            case "response_format":
                _form = text;
                if (!TranscriptionRules.Forms.Contains(text))
                {
                    _error ??= GatewayErrors.InvalidField(part.Name, $"must be {string.Join(" or ", TranscriptionRules.Forms.ToArray())}.");
                }

                break;
            case "stream":
                _asEvents = Flag(part.Name, text);
                break;
            default:
                if (TranscriptionRules.IsOurs(part.Name))
                {
                    _error ??= GatewayErrors.InvalidField(GatewayErrors.Bounded(part.Name, 64), "is not taken here. Leave it out.");
                }

                _fields.Add(new(part.Name, text));
                break;
        }
    }

    private bool Flag(string field, string text)
    {
        if (!FormParts.TryFlag(text, out var flag))
        {
            _error ??= GatewayErrors.InvalidField(field, "must be true or false.");
        }

        return flag;
    }

    private string? Short(string field, string text)
    {
        if (text.Length > 256)
        {
            _error ??= GatewayErrors.InvalidField(field, "is longer than 256 characters. Shorten it.");
        }

        return text.Length == 0 ? null : text;
    }

    private void ReadFile(FormPart part, ReadOnlySpan<byte> audio)
    {
        if (audio.IsEmpty || audio.Length > FileBytesMax)
        {
            _error ??= GatewayErrors.InvalidField("file", audio.IsEmpty
                ? "is empty. Send an audio file."
                : $"is larger than {FileBytesMax} bytes. Send less, or as base64 in JSON.");
            return;
        }

        var format = Path.GetExtension(part.FileName ?? "").TrimStart('.');
        if (TranscriptionRules.TypeOf(format) is not { } type)
        {
            format = TranscriptionRules.Formats.FirstOrDefault(f => TranscriptionRules.TypeOf(f) == part.MediaType) ?? "";
            type = part.MediaType ?? "";
        }

        if (format.Length == 0)
        {
            _error ??= GatewayErrors.InvalidField("file", $"must be audio whose name ends with one of {string.Join(", ", TranscriptionRules.Formats)}.");
            return;
        }

        _file = new($"audio.{format}", type, part.Value, null, AudioLength.Seconds(audio), AudioLength.SecondsBound(audio));
    }

    private InferenceRequest Build(int bodyBytes)
    {
        var file = _file!; // TryRead has seen to it
        return new()
        {
            Model = _model!, // as above
            User = _user,
            SessionId = _sessionId,
            ProviderWishes = _provider ?? default,
            HasProviderWishes = _provider is not null,
            ZeroRetention = _zeroRetention,
            MaxCost = _maxCost,
            Stream = _asEvents,
            BodyBytes = (int)Math.Min(int.MaxValue, bodyBytes + TranscriptionRules.PromptTokensBound(file)),
            MediaBytes = file.At.GetOffsetAndLength(bodyBytes).Length,
            OutputLimit = TranscriptionRules.WrittenTokensBound(file),
            HasAudio = true,
            Wish = new TranscriptionWish(file, _form, _fields.ToImmutable())
            {
                UnitsBound = TranscriptionRules.UnitsOf(file.SecondsBound),
                UnitsEstimate = TranscriptionRules.UnitsOf(file.Seconds),
                UsageByRule = TranscriptionRules.UsageOf(file.Seconds),
            },
            Splices = [],
        };
    }
}
