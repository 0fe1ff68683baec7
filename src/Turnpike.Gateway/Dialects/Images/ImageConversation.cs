using System.Buffers;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images of models that put them out beside text: what is wanted, as one turn of a conversation.</summary>
internal static class ImageConversation
{
    /// <summary>Reads a request whose given images have been fetched; false with what cannot be said in a conversation.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, ImageWish wish, out NeutralRequest? neutral, out GatewayError? error)
    {
        neutral = null;
        error = wish.Count > 1 ? GatewayErrors.InvalidField("n", "must be 1 for a model that is asked in a conversation: it makes one image an answer. Send several requests.")
            : wish.Mask is not null ? GatewayErrors.InvalidField("mask", "cannot be said to a model that is asked in a conversation. Say in the prompt what is to be changed.")
            : null;
        if (error is not null)
        {
            return false;
        }

        List<Part> parts = [TextPart.OfJson(body[Member(wish, "prompt")!.Value])]; // has been asked for
        parts.AddRange(wish.Given.Select(static image => new MediaPart(MediaKind.Image, Source(image.File!)))); // fetched by now
        neutral = new()
        {
            Messages = [new(Role.User, parts)],
            Modalities = ["image", "text"],
            ImageConfig = Config(wish),
            Sampling = Member(wish, "seed") is { } seed && long.TryParse(body[seed].Span, null, out var number) ? new() { Seed = number } : Sampling.Unsaid,
            Others = [.. wish.Members.Where(static m => m.Name is not ("prompt" or "seed" or "n" or "size")).Select(m => new RawMember("", m.Name, body[m.Value]))],
        };
        return true;
    }

    private static Range? Member(ImageWish wish, string name)
    {
        foreach (var member in wish.Members)
        {
            if (member.Name == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    private static MediaSource Source(ImageFile file) => new() { Base64 = MediaSource.ToBase64(file.Bytes.Span), MediaType = file.MediaType };

    private static ReadOnlyMemory<byte> Config(ImageWish wish)
    {
        if (wish is { Ratio: null, Resolution: null })
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>(64);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.StringIf("aspect_ratio", wish.Ratio);
            json.StringIf("image_size", wish.Resolution);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
