using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Surfaces.Presets;

/// <summary>Makes presets of the bodies of requests.</summary>
internal sealed class PresetWriter(IPresetStore store, StoredPresets presets, GatewayOptions options, TimeProvider time, Random random)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The preset in its new version; or the error to tell.</summary>
    /// <param name="dialect">What the body is written in.</param>
    public async Task<(StoredPreset? Saved, GatewayError? Error)> SaveAsync(HttpContext context, KeyState key, string slug, string dialect)
    {
        if (!PresetLimits.IsSlug(slug))
        {
            return (null, GatewayErrors.InvalidField("slug", $"must be lower-case letters, digits and single hyphens between them, at most {PresetLimits.SlugCharsMax}."));
        }

        using var body = new BodyBuffer();
        if (await RequestBody.ReadAsync(context.Request, body, options.Limits.BodyBytesMax, context.RequestAborted) is { } unread)
        {
            return (null, unread);
        }

        var (system, config, error) = Read(body.Span, dialect);
        if (error is not null)
        {
            return (null, error);
        }

        var draft = new PresetDraft(slug, NewId(), NewId(), key.Key.Hash, system, config);
        var saved = await store.SavePresetAsync(key.Account.Id, draft, time.GetUtcNow(), context.RequestAborted);
        presets.Forget(key.Account.Id);
        return saved is null ? (null, GatewayErrors.TooManyPresets(PresetLimits.CountMax)) : (saved, null);
    }

    private static (string? System, string Config, GatewayError? Error) Read(ReadOnlySpan<byte> body, string dialect)
    {
        try
        {
            if (JsonNode.Parse(body) is not JsonObject request)
            {
                return (null, "", GatewayErrors.WrongType("body", "a JSON object", "something else"));
            }

            var form = IPresetForm.Of(dialect);
            var system = form.SystemOf(request);
            var config = form.ToConfig(request).ToJsonString(Relaxed);
            var fault = PresetFault.Of(config);
            return fault is not null ? (null, "", GatewayErrors.BadPreset(fault))
                : system?.Contains('\0') == true ? (null, "", GatewayErrors.InvalidField("body", "has a system prompt with the character U+0000, which no database keeps. Leave it out."))
                : Encoding.UTF8.GetByteCount(config) + Encoding.UTF8.GetByteCount(system ?? "") > PresetLimits.BytesMax
                    ? (null, "", GatewayErrors.InvalidField("body", $"has settings and a system prompt of more than {PresetLimits.BytesMax} bytes. Shorten them."))
                : (system, config, null);
        }
        catch (JsonException exception)
        {
            return (null, "", MalformedBody.Of(exception, body.IsEmpty));
        }
        catch (ArgumentException)
        {
            return (null, "", GatewayErrors.InvalidField("body", "has a field twice. Send it once."));
        }
        catch (InvalidOperationException)
        {
            return (null, "", GatewayErrors.InvalidField("body", "has a string that is not valid Unicode."));
        }
    }

    private string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40); // a random UUID, as its version and variant say
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes).ToString();
    }
}
