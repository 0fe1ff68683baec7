using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Reads a request for images, OpenAI's or OpenRouter's.</summary>
/// <param name="api">The address that it came to.</param>
internal sealed class ImageReader(ImageApi api) : OperationReader
{
    private const int PromptBytesMax = 128 << 10;

    /// <summary>The most output tokens that one image is taken to have, where images are charged by tokens, and those of a usual one.</summary>
    private const int TokensBound = 8192;
    private const int TokensUsual = 4160;

    private readonly List<GivenImage> _given = [];

    private bool _sawPrompt;
    private string? _size;
    private int _count = 1;
    private GivenImage? _mask;
    private string? _form;
    private string? _ratio;
    private string? _resolution;

    protected override bool TakesEvents => true;

    protected override int ImagesGiven => _given.Count + (_mask is null ? 0 : 1);

    protected override long OutputLimit => (long)_count * TokensBound;

    protected override WorkUnits UnitsBound => new() { Images = _count };

    protected override TokenUsage UsageByRule => base.UsageByRule with
    {
        PromptTokens = base.UsageByRule.PromptTokens + (ImagesGiven * TokensUsual),
        PromptImageTokens = ImagesGiven * TokensUsual,
        CompletionTokens = _count * TokensUsual,
    };

    protected override bool ReadField(string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "prompt":
                _sawPrompt = true;
                TextBytes = ReadString(ref json, name, PromptBytesMax, nullable: false) is { Length: > 0 } ? json.ValueSpan.Length : 0;
                return true;
            case "n":
                _count = ReadInteger(ref json, name, 1, 10) ?? 1;
                return true;
            case "size":
                _size = ReadString(ref json, name, 32);
                return true;
            case "quality" or "output_format" or "background" or "style" or "moderation" or "input_fidelity":
                ReadString(ref json, name, 32);
                return true;
            case "output_compression":
                ReadInteger(ref json, name, 0, 100);
                return true;
            case "partial_images":
                ReadInteger(ref json, name, 0, 3);
                return false; // none: providers are asked for whole images
            case "seed":
                ReadInteger(ref json, name, int.MinValue, int.MaxValue);
                return true;
            case "response_format":
                _form = ReadWord(ref json, name, "url", "b64_json", "base64");
                return false;
            case "aspect_ratio":
                ReadRatio(ref json);
                return false;
            case "resolution":
                _resolution = ReadWord(ref json, name, "512", "1K", "2K", "4K");
                return false;
            case "input_references" when api != ImageApi.Edits:
            case "images" when api == ImageApi.Edits:
                ReadGiven(ref json, name);
                return false;
            case "mask" when api == ImageApi.Edits:
                ReadMask(ref json);
                return false;
            case var _ when json.TokenType == JsonTokenType.String:
                json.GetString(); // in a form it is sent as text: it must be one
                return true;
            default:
                json.Skip();
                return true;
        }
    }

    protected override GatewayError? Missing() =>
        !_sawPrompt ? GatewayErrors.InvalidField("prompt", "is missing. Say what is to be seen.")
        : TextBytes == 0 ? GatewayErrors.InvalidField("prompt", "is empty. Say what is to be seen.")
        : api == ImageApi.Edits && _given.Count == 0 ? GatewayErrors.InvalidField("image", "is missing. Send the image that is to be changed, or several.")
        : null;

    protected override OperationWish Wish() => new ImageWish(
        _count,
        api == ImageApi.OpenRouter ? ImageForm.Typed : _form is "b64_json" or "base64" || WantsEvents ? ImageForm.Base64 : ImageForm.Address,
        _size is null ? ImageSize.Of(_ratio, _resolution) : null,
        WantsEvents)
    {
        IsFormNamed = _form is not null,
        Ratio = _ratio is null or "auto" ? ImageSize.RatioOf(_size) : _ratio,
        Resolution = _resolution,
        IsEdit = api == ImageApi.Edits,
        Given = [.. _given],
        Mask = _mask,
    };

    private void ReadRatio(ref Utf8JsonReader json)
    {
        _ratio = ReadString(ref json, "aspect_ratio", 16);
        if (_ratio is not (null or "auto") && !ImageSize.IsRatio(_ratio))
        {
            Error ??= GatewayErrors.InvalidField("aspect_ratio", "must be like 16:9, at most 8:1, or auto.");
        }
    }

    private void ReadGiven(ref Utf8JsonReader json, string field)
    {
        var error = Error;
        GivenImageReader.ReadList(ref json, field, _given, ref error);
        Error = error;
        MediaBytes += _given.Sum(static i => (long)i.BodyBytes);
    }

    private void ReadMask(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.Null)
        {
            var error = Error;
            _mask = GivenImageReader.Read(ref json, "mask", ref error);
            Error = error;
            MediaBytes += _mask?.BodyBytes ?? 0;
        }
    }
}
